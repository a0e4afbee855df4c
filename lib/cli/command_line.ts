/**
 * The command line, taken apart by commander. What the values mean, and whether they are allowed,
 * is not decided here.
 *
 * @module
 */

import { commandFor } from "./command.ts";
import { footerOf } from "./help.ts";
import { flagOf, flagsOf, negativeFlagOf, optionsOf } from "./names.ts";
import type { Program, ProgramOptions } from "./option.ts";
import { didYouMean, suggest } from "./suggest.ts";
import { listed, shown } from "./values.ts";

/** A command line in its parts. */
export interface CommandLine {
  /** What was given for each option: a text, texts for a list, or whether a boolean is on. */
  readonly given: ReadonlyMap<string, string | readonly string[] | boolean>;
  /** What is no option: the guest's address. */
  readonly operands: readonly string[];
  /** What `--help` prints, where it was asked for. */
  readonly help: string | undefined;
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
export function parseCommandLine(spec: ProgramOptions, args: readonly string[]): CommandLine {
  const { program } = spec;
  const command = commandFor(spec);
  const { operands: others, unknown } = command.parseOptions(
    args[0] === "--" ? args.slice(1) : [...args],
  );
  const values = command.opts<Record<string, unknown>>();

  const problems = unknown
    .slice(0, unknown.includes("--") ? unknown.indexOf("--") : undefined)
    .filter((argument) => argument.startsWith("-"))
    .map((argument) => describeUnknown(spec, argument));
  const given = new Map<string, string | readonly string[] | boolean>();
  for (const [name, { kind }] of optionsOf(spec)) {
    const value = values[name];
    if (value === undefined) continue;
    else if (typeof value === "boolean" && kind !== "boolean") {
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
    help: values["help"] === true ? helpOf(spec) : undefined,
    version: values["version"] === true,
    problems,
  };
}

/** The whole of `--help`, ending without a line break. */
export function helpOf(spec: ProgramOptions): string {
  const command = commandFor(spec);
  return `${command.helpInformation()}\n${command.createHelp().boxWrap(footerOf(spec), 80)}`;
}

function describeUnknown({ program, options }: ProgramOptions, argument: string): string {
  const flag = argument.split("=", 1)[0]!;
  const all = Object.entries(options);
  const [name, option] = all.find((entry) => flagsOf(...entry).includes(flag)) ?? [];
  if (name !== undefined && option !== undefined) {
    if (!option.programs.includes(program)) {
      return `${flag} is an option of ${listed(option.programs, "and")}, not of ${program}`;
    }
    const [positiveFlag, negativeFlag] = flagsOf(name, option);
    return `${flag} takes no value` +
      (flag === positiveFlag && negativeFlag ? `; ${negativeFlag} turns it off` : "");
  }
  if (flag === "--help" || flag === "--version") return `${flag} takes no value`;
  const own = all.filter(([, { programs }]) => programs.includes(program));
  // "--no-port" is nearer to "--port" than to another "--no-…" with fewer slips.
  const [positive] = own.find(([name]) => flag === negativeFlagOf(name)) ?? [];
  const known = ["--help", "--version", ...own.flatMap((entry) => flagsOf(...entry))];
  const suggestion = positive === undefined ? suggest(flag, known) : flagOf(positive);
  return `unknown option ${/^[\w-]+$/.test(flag) ? flag : shown(flag)}` +
    (didYouMean(suggestion) || "; --help lists the options");
}
