/**
 * A program as commander knows it: its options, made from the table, in the groups of `--help`.
 *
 * @module
 */

import { Command, Help, Option } from "commander";
import { descriptionOf, usageOf } from "./help.ts";
import { flagsOf, optionsOf } from "./names.ts";
import type { Program, ProgramOptions } from "./option.ts";

/** Where the explanations of `--help` begin, less the blanks around an option. */
const TERM_WIDTH = 22;

const USAGES: Record<Program, string> = {
  host: "[options]",
  guest: "[options] [address]",
  demo: "[options]",
};

const DESCRIPTIONS: Record<Program, string> = {
  host: "Sends a camera's picture to any number of guests, over TCP.",
  guest: "Shows the picture of a host. The address is host, host:port or [IPv6]:port.",
  demo: "Shows a camera's picture in a window, without a network.",
};

/** The program's command. It checks no value: two more sources than the command line have them. */
export function commandFor(spec: ProgramOptions): Command {
  const { program } = spec;
  const usages = new Map<string, string>();
  const layout = new Help();
  const command = new Command(program).usage(USAGES[program]).description(DESCRIPTIONS[program])
    .helpOption(false)
    // What the terminal can do is asked of variables that the programs may not read.
    .configureOutput({ getOutHelpWidth: () => 80, getOutHasColors: () => false })
    .configureHelp({
      padWidth: () => TERM_WIDTH,
      optionTerm: ({ flags }) => usages.get(flags) ?? flags,
      formatItem: (term, width, text, help) =>
        term.length <= width
          ? layout.formatItem(term, width, text, help)
          : `  ${term}\n${layout.formatItem("", width, text, help)}`,
    });
  for (const [name, definition] of optionsOf(spec)) {
    const [flag, negativeFlag] = flagsOf(name, definition);
    // The value is optional to commander, so that "--output --stats json" is seen as a value that
    // is missing, not as a file named "--stats".
    const flags = definition.kind === "boolean" ? flag : `${flag} [value]`;
    usages.set(flags, usageOf(name, definition));
    const option = new Option(flags, descriptionOf(name, definition));
    if (definition.kind === "list") option.argParser(collect);
    command.addOption(option.helpGroup(`${definition.group}:`));
    if (negativeFlag) command.addOption(new Option(negativeFlag).hideHelp());
  }
  return command
    .addOption(new Option("-h, --help", "Print this text, and end").helpGroup("Information:"))
    .addOption(new Option("-V, --version", "Print the version, and end").helpGroup("Information:"));
}

/** Gathers a repeated option; `true` marks one that came without its value. */
function collect(value: string, before: string[] | true | undefined): string[] | true {
  return before === true ? true : [...before ?? [], ...value.split(",")];
}
