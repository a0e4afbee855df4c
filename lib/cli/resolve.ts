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
import { parseCommandLine } from "./command_line.ts";
import { parseConfigFile } from "./config_file.ts";
import { type Environment, parseEnvironment } from "./environment.ts";
import { optionsOf } from "./names.ts";
import type { OptionTable, Program, ProgramOptions, SettingsOf, SettingValue } from "./option.ts";
import { readText, readValue } from "./values.ts";

/** Where settings come from. */
export interface SettingsSources {
  /** The arguments after the program's name. */
  readonly args: readonly string[];
  /** Environment variables; those of other programs, and empty ones, are passed over. */
  readonly env: Environment;
  /** The text of capturevideo.json, where there is one. */
  readonly file?: string | undefined;
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
  if (commandLine.text !== undefined) return { kind: "print", text: commandLine.text };

  const options = optionsOf(spec);
  const values = new Map<string, SettingValue>();
  for (const [name, definition] of options) values.set(name, definition.default);
  const problems: string[] = [];
  // From the weakest source to the strongest, each writing over the one before.
  const { file, env } = sources;
  const config = file === undefined ? [] : [parseConfigFile(spec, file)];
  for (const source of [...config, parseEnvironment(spec, env), commandLine]) {
    problems.push(...source.problems);
    for (const { name, label, ...content } of source.given) {
      const definition = options.get(name)!;
      const reading = "text" in content
        ? readText(definition, content.text)
        : readValue(definition, content.value);
      if ("value" in reading) values.set(name, reading.value);
      else problems.push(`${label} ${reading.fault}`);
    }
  }
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  // Every option of the program has a value of its kind; the type says the same.
  return { kind: "run", settings: Object.fromEntries(values) as unknown as SettingsOf<T, P> };
}
