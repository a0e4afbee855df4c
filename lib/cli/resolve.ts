/**
 * From everything that was given to the settings a program runs with: the command line over the
 * environment over capturevideo.json over the defaults.
 *
 * @example
 * ```ts
 * import { resolveSettings } from "./resolve.ts";
 *
 * const resolved = resolveSettings("host", { args: ["--quality", "60"], env: {} });
 * console.assert(resolved.kind === "run" && resolved.settings.quality === 60);
 * ```
 * @module
 */

import type { OptionName, Settings } from "../../settings.ts";
import { UsageError } from "../flow/errors.ts";
import { VERSION } from "./version.ts";
import { ADDRESS_RULE, parseAddress, zoneRule } from "./address.ts";
import { type CommandLine, parseCommandLine } from "./command_line.ts";
import { type ConfigFile, labelIn, parseConfigFile } from "./config_file.ts";
import { formatHelp } from "./help.ts";
import {
  ALL_OPTION_NAMES,
  definitionFor,
  ENVIRONMENT_PREFIX,
  environmentNameOf,
  environmentNames,
  flagOf,
  optionNamesOf,
} from "./names.ts";
import type { Program, SettingValue } from "./option.ts";
import { didYouMean, suggest } from "./suggest.ts";
import { complaint, type Reading, readJsonValue, readText, shown } from "./values.ts";

/** Where settings come from. */
export interface SettingsSources {
  /** The arguments after the program's name. */
  readonly args: readonly string[];
  /** Environment variables by name; those of other programs, and empty ones, are passed over. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** capturevideo.json, where there is one. */
  readonly file?: ConfigFile | undefined;
}

/** What a program has to do: run, or print a text (help, version) to standard output and end. */
export type Resolved<P extends Program> =
  | { readonly kind: "run"; readonly settings: Settings<P> }
  | { readonly kind: "print"; readonly text: string };

type Values = Map<OptionName, SettingValue>;

/**
 * Checks all that was given and puts it together. Help and version are printed whatever else is
 * wrong; a wrong value is reported also where another source overrides it.
 *
 * @throws {UsageError} with a line for each wrong value: the option as it was given, what is
 * allowed, and the value
 */
export function resolveSettings<P extends Program>(
  program: P,
  sources: SettingsSources,
): Resolved<P> {
  const commandLine = parseCommandLine(program, sources.args);
  if (commandLine.help) return { kind: "print", text: formatHelp(program) };
  if (commandLine.version) return { kind: "print", text: `${program} (capturevideo) ${VERSION}` };

  const problems = sources.args.filter(isNotUtf8).map((argument) =>
    `the argument ${shown(argument)} is not UTF-8; set the terminal, and name files, in UTF-8`
  );
  const values: Values = new Map();
  for (const name of optionNamesOf(program)) {
    values.set(name, definitionFor(program, name).default);
  }
  // From the weakest source to the strongest, each writing over the one before.
  readFile(program, sources.file, values, problems);
  readEnvironment(program, sources.env, values, problems);
  readCommandLine(program, commandLine, values, problems);
  readAddress(program, commandLine, values, problems);

  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  // The loop above gave every option of the program a value of its kind; the type says the same.
  return { kind: "run", settings: Object.fromEntries(values) as unknown as Settings<P> };
}

/** Whether Deno put the replacement character in place of bytes that it could not read. */
function isNotUtf8(argument: string): boolean {
  return argument.includes("\ufffd");
}

function readFile(
  program: Program,
  file: ConfigFile | undefined,
  values: Values,
  problems: string[],
): void {
  if (file === undefined) return;
  const config = parseConfigFile(program, file);
  problems.push(...config.problems);
  for (const [name, value] of config.given) {
    const definition = definitionFor(program, name);
    const reading = readJsonValue(definition, value);
    if (reading.ok) values.set(name, reading.value);
    else problems.push(complaint(labelIn(file, name), definition, reading.wrong));
  }
}

function readEnvironment(
  program: Program,
  env: SettingsSources["env"],
  values: Values,
  problems: string[],
): void {
  for (const [label, text] of Object.entries(env)) {
    if (label.startsWith(ENVIRONMENT_PREFIX) && text) problems.push(...complaintsAbout(label));
  }
  for (const name of optionNamesOf(program)) {
    const definition = definitionFor(program, name);
    const label = environmentNameOf(name);
    const text = env[label];
    if (definition.commandLineOnly || text === undefined || text === "") continue;
    const reading = readText(definition, text);
    if (reading.ok) values.set(name, reading.value);
    else problems.push(complaint(label, definition, reading.wrong));
  }
}

/** What is wrong with a variable that no program reads. */
function complaintsAbout(label: string): string[] {
  if (environmentNames().includes(label)) return [];
  const name = ALL_OPTION_NAMES.find((name) => environmentNameOf(name) === label);
  if (name !== undefined) {
    return [`${label} can only be given on the command line, as ${flagOf(name)}`];
  }
  const bare = (name: string) => name.slice(ENVIRONMENT_PREFIX.length);
  const meant = suggest(bare(label), environmentNames().map(bare));
  return [`${label} is not an option` + didYouMean(meant && ENVIRONMENT_PREFIX + meant)];
}

function readCommandLine(
  program: Program,
  commandLine: CommandLine,
  values: Values,
  problems: string[],
): void {
  problems.push(...commandLine.problems);
  for (const [name, given] of commandLine.given) {
    const definition = definitionFor(program, name);
    const reading = readGiven(given, (text) => readText(definition, text));
    if (reading.ok) values.set(name, reading.value);
    else problems.push(complaint(flagOf(name), definition, reading.wrong));
  }
}

function readGiven(
  given: string | readonly string[] | boolean,
  read: (text: string) => Reading,
): Reading {
  if (typeof given === "boolean") return { ok: true, value: given };
  return read(typeof given === "string" ? given : given.join(","));
}

/** The guest's `[address]`: `--host` and perhaps `--port` in one. */
function readAddress(
  program: Program,
  { operands, given }: CommandLine,
  values: Values,
  problems: string[],
): void {
  const text = operands[0];
  if (text === undefined) return;
  const address = parseAddress(text);
  if (address === undefined) {
    problems.push(`the address must be ${ADDRESS_RULE}, not ${shown(text)}`);
    return;
  }
  if (given.has("host")) problems.push(`the address ${shown(text)} and --host exclude each other`);
  const rule = zoneRule(address.host);
  if (rule !== undefined) problems.push(`the address must ${rule}, not ${shown(text)}`);
  values.set("host", address.host);

  if (address.port === undefined) return;
  if (given.has("port")) problems.push(`the port in ${shown(text)} and --port exclude each other`);
  const definition = definitionFor(program, "port");
  const reading = readText(definition, address.port);
  if (reading.ok) values.set("port", reading.value);
  else problems.push(complaint(`the port in ${shown(text)}`, definition, reading.wrong));
}
