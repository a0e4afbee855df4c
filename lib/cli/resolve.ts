/**
 * From everything that was given to the settings a program runs with.
 *
 * @example
 * ```ts
 * import { OPTIONS } from "../../settings.ts";
 * import { parseCommandLine } from "./command_line.ts";
 * import { resolveSettings } from "./resolve.ts";
 *
 * const host = { program: "host", options: OPTIONS } as const;
 * const settings = resolveSettings(host, [parseCommandLine(host, ["--quality", "60"])]);
 * console.assert(settings.quality === 60);
 * ```
 * @module
 */

import { UsageError } from "../flow/errors.ts";
import type { Source } from "./given.ts";
import { optionsOf } from "./names.ts";
import type { OptionTable, Program, ProgramOptions, SettingsOf, SettingValue } from "./option.ts";
import { readText, readValue } from "./values.ts";

/**
 * Checks all that was given and puts it together, over the defaults. A wrong value is reported also
 * where another source overrides it.
 *
 * @param sources from the weakest to the strongest, each writing over those before
 * @throws {UsageError} with a line for each wrong value: the option as it was given, what is
 * allowed, and the value
 */
export function resolveSettings<T extends OptionTable, P extends Program>(
  spec: ProgramOptions<T, P>,
  sources: readonly Source[],
): SettingsOf<T, P> {
  const options = optionsOf(spec);
  const values = new Map<string, SettingValue>();
  for (const [name, definition] of options) values.set(name, definition.default);
  const problems: string[] = [];
  for (const source of sources) {
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
  return Object.fromEntries(values) as unknown as SettingsOf<T, P>;
}
