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
import { resolveCameras } from "./resolve_cameras.ts";
import type { Source } from "./given.ts";
import { flagOf, negative, optionsOf } from "./names.ts";
import type {
  OptionDefinition,
  OptionTable,
  Program,
  ProgramOptions,
  SettingsOf,
} from "./option.ts";
import { defaultsOf, readGiven, type Values } from "./values.ts";

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
  const values = defaultsOf(options);
  const problems: string[] = [];
  for (const { given, problems: others } of sources) {
    const replaced = given.flatMap(({ name }) => options.get(name)!.replaces ?? []);
    for (const name of replaced) values.set(name, options.get(name)!.default);
    problems.push(...others, ...readGiven(options, given, values));
  }
  for (const [name, definition] of options) {
    if (definition.kind !== "cameras") continue;
    const each = { program: spec.program, options: definition.each };
    values.set(name, resolveCameras(each, sources, problems));
  }
  if (problems.length === 0) problems.push(...missing(options, sources, values));
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  // Every option of the program has a value of its kind; the type says the same.
  return Object.fromEntries(values) as unknown as SettingsOf<T, P>;
}

/** A line for each option on the command line that does nothing, as another is not there. */
function missing(
  options: ReadonlyMap<string, OptionDefinition>,
  sources: readonly Source[],
  values: Values,
): string[] {
  return sources.flatMap(({ given }) => given).flatMap(({ name, label }) => {
    const { needs, default: unset } = options.get(name)!;
    const isMistake = needs !== undefined && label === flagOf(name) &&
      values.get(name) !== unset && values.get(needs) === undefined;
    const flag = values.get(name) === false ? negative(label) : label;
    return isMistake ? [`${flag} does nothing without ${flagOf(needs)}`] : [];
  });
}
