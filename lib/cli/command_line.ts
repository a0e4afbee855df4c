/**
 * The command line, taken apart by commander with options made from the table. What the values
 * mean, and whether they are allowed, is not decided here.
 *
 * @module
 */

import { Command, Option } from "commander";
import { type OptionName, OPTIONS } from "../../settings.ts";
import {
  ALL_OPTION_NAMES,
  definitionFor,
  flagOf,
  negativeFlagOf,
  optionNamesOf,
  programsWith,
} from "./names.ts";
import type { OptionDefinition, Program } from "./option.ts";
import { didYouMean, suggest } from "./suggest.ts";
import { listed, shown } from "./values.ts";

/** A command line in its parts. */
export interface CommandLine {
  /** What was given for each option: a text, texts for a list, or whether a boolean is on. */
  readonly given: ReadonlyMap<OptionName, string | readonly string[] | boolean>;
  /** What is no option: the guest's address. */
  readonly operands: readonly string[];
  readonly help: boolean;
  readonly version: boolean;
  /** A line for each part that cannot be understood. */
  readonly problems: readonly string[];
}

/** How many arguments beside options a program takes. */
const MAX_OPERANDS: Record<Program, number> = { host: 0, guest: 1, demo: 0 };

/** What documents make of the hyphens of an option that is copied from them. */
const PRINTED_DASH = /^[\u2010-\u2015\u2212]/;

/**
 * Takes a command line apart. The last of several values wins; a list takes them all.
 *
 * @param args the arguments after the program's name. A leading `--`, which `deno task` hands on,
 * is skipped.
 */
export function parseCommandLine(program: Program, args: readonly string[]): CommandLine {
  const command = commandFor(program);
  const { operands: others, unknown } = command.parseOptions(
    args[0] === "--" ? args.slice(1) : [...args],
  );
  const values = command.opts<Record<string, unknown>>();

  const problems = unknown
    .slice(0, unknown.includes("--") ? unknown.indexOf("--") : undefined)
    .filter((argument) => argument.startsWith("-"))
    .map((argument) => describeUnknown(program, argument));
  const given = new Map<OptionName, string | readonly string[] | boolean>();
  for (const name of optionNamesOf(program)) {
    const value = values[name];
    const isBoolean = definitionFor(program, name).kind === "boolean";
    if (value === undefined) continue;
    else if (typeof value === "boolean" && !isBoolean) {
      problems.push(`${flagOf(name)} needs a value`);
    } else given.set(name, value as string | readonly string[] | boolean);
  }
  const operands = others.filter((argument) => !PRINTED_DASH.test(argument));
  for (const argument of others.filter((argument) => !operands.includes(argument))) {
    problems.push(`unexpected argument ${shown(argument)}: an option begins with two hyphens, --`);
  }
  for (const operand of operands.slice(MAX_OPERANDS[program])) {
    const takes = MAX_OPERANDS[program] === 0 ? "options only" : "one address";
    problems.push(`unexpected argument ${shown(operand)}: ${program} takes ${takes}`);
  }
  return {
    given,
    operands: operands.slice(0, MAX_OPERANDS[program]),
    help: values["help"] === true,
    version: values["version"] === true,
    problems,
  };
}

/** A commander program that only sorts arguments: it prints nothing and checks nothing. */
function commandFor(program: Program): Command {
  const command = new Command(program).helpOption(false).exitOverride();
  command.addOption(new Option("-h, --help")).addOption(new Option("-V, --version"));
  for (const name of optionNamesOf(program)) {
    const { kind } = definitionFor(program, name);
    if (kind === "boolean") {
      for (const flag of flagsOf(name)) command.addOption(new Option(flag));
    } else {
      // The value is optional to commander, so that "--output --stats json" is seen as a value
      // that is missing, not as a file named "--stats".
      const option = new Option(`${flagOf(name)} [value]`);
      command.addOption(kind === "list" ? option.argParser(collect) : option);
    }
  }
  return command;
}

/** Gathers a repeated option; `true` marks one that came without its value. */
function collect(value: string, before: string[] | true | undefined): string[] | true {
  return before === true ? true : [...before ?? [], ...value.split(",")];
}

function describeUnknown(program: Program, argument: string): string {
  const flag = argument.split("=", 1)[0]!;
  const name = ALL_OPTION_NAMES.find((name) => flagsOf(name).includes(flag));
  if (name !== undefined) {
    const programs = programsWith(name);
    return programs.includes(program)
      ? `${flag} takes no value${argument.startsWith("--no-") ? "" : turnedOffBy(name)}`
      : `${flag} is an option of ${listed(programs, "and")}, not of ${program}`;
  }
  if (flag === "--help" || flag === "--version") return `${flag} takes no value`;
  const names = optionNamesOf(program);
  // "--no-port" is nearer to "--port" than to another "--no-…" with fewer slips.
  const positive = names.find((name) => flag === negativeFlagOf(name));
  const known = ["--help", "--version", ...names.flatMap(flagsOf)];
  const suggestion = positive === undefined ? suggest(flag, known) : flagOf(positive);
  return `unknown option ${/^[\w-]+$/.test(flag) ? flag : shown(flag)}` +
    (didYouMean(suggestion) || "; --help lists the options");
}

/** The flags of an option: one, or two where it can be turned off. */
function flagsOf(name: OptionName): string[] {
  const { kind, commandLineOnly }: OptionDefinition = OPTIONS[name];
  return kind === "boolean" && !commandLineOnly
    ? [flagOf(name), negativeFlagOf(name)]
    : [flagOf(name)];
}

function turnedOffBy(name: OptionName): string {
  const [, negativeFlag] = flagsOf(name);
  return negativeFlag === undefined ? "" : `; ${negativeFlag} turns it off`;
}
