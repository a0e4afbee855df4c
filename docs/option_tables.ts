/**
 * `deno task docs`: writes the README's tables of options, from the table in settings.ts.
 *
 * @module
 */

import { defaultOf } from "../lib/cli/command.ts";
import { environmentNameOf, flagOf } from "../lib/cli/names.ts";
import { GROUPS, type OptionDefinition, PROGRAMS } from "../lib/cli/option.ts";
import { OPTIONS } from "../settings.ts";

const README = new URL("../README.md", import.meta.url);

/** Between these two lines of the README. */
const PLACE = /(?<=<!-- from settings.ts, by deno task docs -->\n)[^]*(?=<!-- end -->)/;

if (import.meta.main) {
  await Deno.writeTextFile(README, withOptionTables(await Deno.readTextFile(README)));
}

/** The README with the tables of today's options. */
export function withOptionTables(readme: string): string {
  const tables = GROUPS.map((group) => `**${group}**\n\n${tableOf(group)}\n`).join("\n");
  return readme.replace(PLACE, () => `\n${tables}\n`);
}

function tableOf(group: string): string {
  const options = Object.entries<OptionDefinition>(OPTIONS)
    .filter(([, option]) => option.group === group);
  const rows = options.map(([name, option]) => [
    `\`${nameOf(name, option)}\``,
    option.programs.join(", "),
    defaultsOf(option),
    meaningOf(option),
  ]);
  if (group === "Information") {
    const all = PROGRAMS.join(", ");
    const help = "Print the options with their ranges and environment variables, and end";
    rows.push(["`-h`, `--help`", all, "", help]);
    rows.push(["`-V`, `--version`", all, "", "Print the version, and end"]);
  }
  return formatTable([["option", "of", "default", "meaning"], ...rows]);
}

/** As it is written in the place where it can stand. */
function nameOf(name: string, { environmentOnly, fileOnly }: OptionDefinition): string {
  if (environmentOnly) return environmentNameOf(name);
  return fileOnly ? JSON.stringify(name) : flagOf(name);
}

function defaultsOf(option: OptionDefinition): string {
  return option.commandLineOnly ? "" : perProgram(option, (option) => {
    const unit = "unit" in option && option.default !== undefined ? ` ${option.unit}` : "";
    return defaultOf(option) + unit;
  });
}

function meaningOf(option: OptionDefinition): string {
  const choices = option.kind === "choice" ? ` (${option.choices.join(", ")})` : "";
  return perProgram(option, ({ help }) => help) + choices;
}

/** What is to be told of an option: once, or for each program where that is not the same. */
function perProgram(option: OptionDefinition, tell: (option: OptionDefinition) => string): string {
  const { programs } = option;
  const own = programs.map((program) =>
    tell({ ...option, ...option.perProgram?.[program] } as OptionDefinition)
  );
  return new Set(own).size === 1
    ? own[0]!
    : programs.map((program, i) => `_${program}_: ${own[i]}`).join(". ");
}

/** As `deno fmt` has it: every column as wide as its widest cell. */
function formatTable([head = [], ...rows]: readonly string[][]): string {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]!.length)));
  return [head, widths.map((width) => "-".repeat(width)), ...rows]
    .map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`)
    .join("\n");
}
