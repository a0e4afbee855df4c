/**
 * A program as commander knows it: its options, made from the table, and what `--help` says of
 * them, in groups and with the defaults as they are now.
 *
 * @module
 */

import { Command, Help, Option } from "commander";
import { environmentNameOf, flagOf, flagsOf, optionsOf } from "./names.ts";
import type { OptionDefinition, Program, ProgramOptions } from "./option.ts";
import { listed, rangeOf } from "./values.ts";

/** Where the explanations of `--help` begin, less the blanks around an option. */
const TERM_WIDTH = 22;

/** The columns of `--help`: what the terminal has is in variables that the programs may not read. */
const HELP_WIDTH = 80;

/** The programs whose arguments beside options are addresses, as commander writes them. */
const ADDRESSES: Partial<Record<Program, string>> = {
  guest: "[address...]",
  doctor: "[address]",
};

/** What each program does. */
export const DESCRIPTIONS: Readonly<Record<Program, string>> = {
  host: "Sends a camera's picture to any number of guests, over TCP.",
  guest:
    "Shows the picture of a host: name, host:port or [IPv6]:port, and /camera or not; or that " +
    "of a network camera: its URL. Several are shown side by side.",
  demo: "Shows a camera's picture in a window, without a network.",
  doctor: "Says what stands between here and a picture: of this computer, or of a host.",
  service:
    "Prints a systemd unit that runs the host with these options from the start of the computer " +
    "on, or installs it.",
};

/** The program's command. It checks no value: two more sources than the command line have them. */
export function commandFor(spec: ProgramOptions): Command {
  const layout = new Help();
  const command = new Command(spec.program).description(DESCRIPTIONS[spec.program])
    .helpOption(false)
    .configureOutput({ getOutHelpWidth: () => HELP_WIDTH, getOutHasColors: () => false })
    .configureHelp({
      padWidth: () => TERM_WIDTH,
      optionTerm: ({ flags }) =>
        flags.replace(/^--no-/, "--[no-]").replace(/ \[(.+)\]$/, " <$1>")
          // Where it may be left out, it is known which number is meant.
          .replace(/ <\[(.+)\]>$/, " [$1]"),
      formatItem: (term, width, text, help) =>
        term.length <= width
          ? layout.formatItem(term, width, text, help)
          : `  ${term}\n${layout.formatItem("", width, text, help)}`,
    });
  const addresses = ADDRESSES[spec.program];
  if (addresses) command.argument(addresses);
  for (const [name, definition] of optionsOf(spec)) {
    if (definition.environmentOnly || definition.fileOnly) continue;
    const [flag, negativeFlag] = flagsOf(name, definition);
    // The value is optional to commander, so that "--output --stats json" is seen as a value that
    // is missing, not as a file named "--stats".
    const flags = definition.kind === "boolean" ? flag : `${flag} [${valueNameOf(definition)}]`;
    const option = new Option(negativeFlag ?? flags, descriptionOf(name, definition));
    if (negativeFlag) command.addOption(new Option(flag).hideHelp());
    if (definition.kind === "list") {
      option.argParser(definition.isWhole ? collectWhole : collect);
    }
    command.addOption(option.helpGroup(`${definition.group}:`));
  }
  return command
    .addOption(new Option("-h, --help", "Print this text, and end").helpGroup("Information:"))
    .addOption(new Option("-V, --version", "Print the version, and end").helpGroup("Information:"));
}

/** The whole of `--help`, ending without a line break. */
export function helpOf(spec: ProgramOptions): string {
  const command = commandFor(spec);
  return `${command.helpInformation()}\n${
    command.createHelp().boxWrap(footerOf(spec), HELP_WIDTH)
  }`;
}

/** Gathers a repeated option; `true` marks one that came without its value. */
function collect(value: string, before: string[] | true | undefined): string[] | true {
  return before === true ? true : [...before ?? [], ...value.split(",")];
}

/** The same where commas belong to the values. */
function collectWhole(value: string, before: string[] | true | undefined): string[] | true {
  return before === true ? true : [...before ?? [], value];
}

/** What stands for an option's value. */
function valueNameOf(
  definition: Exclude<OptionDefinition, { kind: "boolean" | "cameras" }>,
): string {
  switch (definition.kind) {
    case "choice":
      return definition.choices.join("|");
    case "integer":
    case "number":
      return definition.bare === undefined ? definition.unit ?? "number" : `[${definition.bare}]`;
    default:
      return definition.value;
  }
}

/** What an option does, and behind it its range, its default and its environment variable. */
function descriptionOf(name: string, definition: OptionDefinition): string {
  const help = definition.help.replaceAll("`", "");
  if (definition.commandLineOnly) return help;
  const range = definition.kind === "integer" || definition.kind === "number"
    ? [rangeOf(definition).replace(/^(of|from) /, "")]
    : [];
  const facts = [...range, `default ${defaultOf(definition)}`, environmentNameOf(name)];
  return `${help} (${facts.join("; ")})`;
}

/** The default as the reader of a help text wants it. */
export function defaultOf({ default: value, defaultText = "none" }: OptionDefinition): string {
  if (value === undefined) return defaultText;
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "object") return listed(value, "and") || defaultText;
  return String(value);
}

/** Below the options: the other places in which they can stand. */
function footerOf(spec: ProgramOptions): string {
  const numbers = [...optionsOf(spec)].filter(([, option]) => typeof option.default === "number");
  // A name of two words shows best how the spellings differ.
  const [name, option] = numbers.find(([name]) => /[A-Z]/.test(name)) ?? numbers[0]!;
  return "The name in capitals is the option's environment variable. capturevideo.json in the " +
    `working directory sets options too, as in { "${name}": ${option.default} } for ` +
    `${flagOf(name)} ${option.default}. The command line wins over the environment, the ` +
    "environment over the file, the file over the default.";
}
