/**
 * From everything that was given to the settings a program runs with: the command line over the
 * environment over capturevideo.json over the defaults.
 *
 * @example
 * ```ts
 * import { OPTIONS } from "../../settings.ts";
 * import { resolveSettings } from "./resolve.ts";
 *
 * const host = { program: "host", options: OPTIONS } as const;
 * const resolved = resolveSettings(host, { args: ["--quality", "60"], env: {} });
 * console.assert(resolved.kind === "run" && resolved.settings.quality === 60);
 * ```
 * @module
 */

import { UsageError } from "../flow/errors.ts";
import { VERSION } from "./version.ts";
import { ADDRESS_RULE, parseAddress, zoneRule } from "./address.ts";
import { type CommandLine, parseCommandLine } from "./command_line.ts";
import { type ConfigFile, labelIn, parseConfigFile } from "./config_file.ts";
import {
  ENVIRONMENT_PREFIX,
  environmentNameOf,
  environmentNames,
  flagOf,
  optionsOf,
} from "./names.ts";
import type {
  OptionDefinition,
  OptionTable,
  Program,
  ProgramOptions,
  SettingsOf,
  SettingValue,
} from "./option.ts";
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
export type Resolved<S> =
  | { readonly kind: "run"; readonly settings: S }
  | { readonly kind: "print"; readonly text: string };

/**
 * Checks all that was given and puts it together. Help and version are printed whatever else is
 * wrong; a wrong value is reported also where another source overrides it.
 *
 * @throws {UsageError} with a line for each wrong value: the option as it was given, what is
 * allowed, and the value
 */
export function resolveSettings<T extends OptionTable, P extends Program>(
  spec: ProgramOptions<T, P>,
  sources: SettingsSources,
): Resolved<SettingsOf<T, P>> {
  const commandLine = parseCommandLine(spec, sources.args);
  if (commandLine.help !== undefined) return { kind: "print", text: commandLine.help };
  if (commandLine.version) {
    return { kind: "print", text: `${spec.program} (capturevideo) ${VERSION}` };
  }
  const problems = sources.args.filter(isNotUtf8).map((argument) =>
    `the argument ${shown(argument)} is not UTF-8; set the terminal, and name files, in UTF-8`
  );
  const options = optionsOf(spec);
  const values = new Map<string, SettingValue>();
  for (const [name, definition] of options) values.set(name, definition.default);
  const take: Take = (name, label, read) => {
    const definition = options.get(name)!;
    const reading = read(definition);
    if (reading.ok) values.set(name, reading.value);
    else problems.push(complaint(label, definition, reading.wrong));
  };
  // From the weakest source to the strongest, each writing over the one before.
  const { file, env } = sources;
  if (file !== undefined) {
    const config = parseConfigFile(spec, file);
    problems.push(...config.problems);
    for (const [name, value] of config.given) {
      take(name, labelIn(file, name), (definition) => readJsonValue(definition, value));
    }
  }
  problems.push(...complaintsAboutNames(spec.options, env));
  for (const [name, { commandLineOnly }] of options) {
    const label = environmentNameOf(name);
    const text = env[label];
    if (!commandLineOnly && text) take(name, label, (definition) => readText(definition, text));
  }
  problems.push(...commandLine.problems);
  for (const [name, given] of commandLine.given) {
    take(name, flagOf(name), (definition) => readGiven(definition, given));
  }
  problems.push(...readAddress(commandLine, take));

  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  // Every option of the program has a value of its kind; the type says the same.
  return { kind: "run", settings: Object.fromEntries(values) as unknown as SettingsOf<T, P> };
}

/** Sets an option to what `read` makes of its definition, or complains of it by its label. */
type Take = (
  name: string,
  label: string,
  read: (definition: OptionDefinition) => Reading,
) => void;

/** Whether Deno put the replacement character in place of bytes that it could not read. */
function isNotUtf8(argument: string): boolean {
  return argument.includes("\ufffd");
}

/** What is wrong with variables that look like an option's and are none. */
function complaintsAboutNames(options: OptionTable, env: SettingsSources["env"]): string[] {
  const known = environmentNames(options);
  const bare = (name: string) => name.slice(ENVIRONMENT_PREFIX.length);
  return Object.entries(env)
    .filter(([label, text]) => label.startsWith(ENVIRONMENT_PREFIX) && text)
    .filter(([label]) => !known.includes(label))
    .map(([label]) => {
      const name = Object.keys(options).find((name) => environmentNameOf(name) === label);
      if (name !== undefined) {
        return `${label} can only be given on the command line, as ${flagOf(name)}`;
      }
      const meant = suggest(bare(label), known.map(bare));
      return `${label} is not an option` + didYouMean(meant && ENVIRONMENT_PREFIX + meant);
    });
}

function readGiven(
  definition: OptionDefinition,
  given: string | readonly string[] | boolean,
): Reading {
  if (typeof given === "boolean") return { ok: true, value: given };
  return readText(definition, typeof given === "string" ? given : given.join(","));
}

/** The guest's `[address]`: `--host` and perhaps `--port` in one. */
function readAddress({ operands, given }: CommandLine, take: Take): string[] {
  const text = operands[0];
  if (text === undefined) return [];
  const address = parseAddress(text);
  if (address === undefined) return [`the address must be ${ADDRESS_RULE}, not ${shown(text)}`];
  const { host, port } = address;
  const problems: string[] = [];
  if (given.has("host")) problems.push(`the address ${shown(text)} and --host exclude each other`);
  const rule = zoneRule(host);
  if (rule === undefined) take("host", "the address", () => ({ ok: true, value: host }));
  else problems.push(`the address must ${rule}, not ${shown(text)}`);
  if (port !== undefined) {
    const label = `the port in ${shown(text)}`;
    if (given.has("port")) problems.push(`${label} and --port exclude each other`);
    take("port", label, (definition) => readText(definition, port));
  }
  return problems;
}
