/**
 * What `--help` prints: the table, with the defaults as they are now.
 *
 * @module
 */

import { OPTIONS } from "../../settings.ts";
import { CONFIG_FILE_NAME } from "./config_file.ts";
import { definitionFor, environmentNameOf, flagOf, optionNamesOf } from "./names.ts";
import { GROUPS, type OptionDefinition, type Program } from "./option.ts";
import { listed, rangeOf } from "./values.ts";

/** Lines of at most so many characters. */
const WIDTH = 80;
/** Where the explanations begin. */
const INDENT = 26;

const INTRODUCTIONS: Record<Program, string> = {
  host: "Usage: host [options]\n\nSends a camera's picture to any number of guests, over TCP.",
  guest: "Usage: guest [options] [address]\n\n" +
    "Shows the picture of a host. The address is host, host:port or [IPv6]:port.",
  demo: "Usage: demo [options]\n\nShows a camera's picture in a window, without a network.",
};

/** The whole text, ending without a line break. */
export function formatHelp(program: Program): string {
  const sections = GROUPS.flatMap((group) => {
    const names = optionNamesOf(program)
      .filter((name) => definitionFor(program, name).group === group);
    const entries = names.map((name) => formatOption(name, definitionFor(program, name)));
    if (group === "Information") {
      entries.push(formatEntry("-h, --help", "Print this text, and end"));
      entries.push(formatEntry("-V, --version", "Print the version, and end"));
    }
    return entries.length === 0 ? [] : [`${group}:\n${entries.join("\n")}`];
  });
  return [INTRODUCTIONS[program], ...sections, wrap(footerOf(program), WIDTH).join("\n")]
    .join("\n\n");
}

function footerOf(program: Program): string {
  // A name of two words shows best how the spellings differ.
  const example =
    optionNamesOf(program).find((name) =>
      /[A-Z]/.test(name) && definitionFor(program, name).kind === "integer"
    ) ?? "deviceTimeout";
  const value = OPTIONS[example].default;
  return `The name in capitals is the option's environment variable. ${CONFIG_FILE_NAME} in the ` +
    `working directory sets options too, as in { "${example}": ${value} } for ` +
    `${flagOf(example)} ${value}. The command line wins over the environment, the environment ` +
    "over the file, the file over the default.";
}

function formatOption(name: string, definition: OptionDefinition): string {
  const facts = [
    ...rangeIn(definition),
    `default ${defaultOf(definition)}`,
    ...definition.commandLineOnly ? [] : [environmentNameOf(name)],
  ];
  const help = definition.commandLineOnly
    ? definition.help
    : `${definition.help} (${facts.join("; ")})`;
  return formatEntry(usageOf(name, definition), help);
}

function usageOf(name: string, definition: OptionDefinition): string {
  const flag = flagOf(name);
  switch (definition.kind) {
    case "boolean":
      return definition.commandLineOnly ? flag : flag.replace("--", "--[no-]");
    case "choice":
      return `${flag} <${definition.choices.join("|")}>`;
    case "integer":
    case "number":
      return `${flag} <${definition.unit ?? "number"}>`;
    default:
      return `${flag} <${definition.value}>`;
  }
}

function rangeIn(definition: OptionDefinition): string[] {
  const isNumeric = definition.kind === "integer" || definition.kind === "number";
  return isNumeric ? [rangeOf(definition).replace(/^(of|from) /, "")] : [];
}

/** The default as the reader of a help text wants it. */
export function defaultOf(definition: OptionDefinition): string {
  const value = definition.default;
  if (value === undefined) return definition.defaultText ?? "none";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "object") return value.length === 0 ? "none" : listed(value, "and");
  return String(value);
}

/** An option and its explanation beside it, below it where the option is too long. */
function formatEntry(usage: string, text: string): string {
  const lines = wrap(text, WIDTH - INDENT);
  const left = `  ${usage}`;
  const first = left.length < INDENT - 1 ? left.padEnd(INDENT) + lines.shift() : left;
  return [first, ...lines.map((line) => " ".repeat(INDENT) + line)].join("\n");
}

/** Breaks a text between words; a longer word gets its own line. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
