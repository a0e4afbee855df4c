import assert from "node:assert/strict";
import type { OptionDefinition, Program, ProgramOptions } from "../../lib/cli/option.ts";
import { optionsOf } from "../../lib/cli/names.ts";
import { parseCommandLine } from "../../lib/cli/command_line.ts";
import { parseConfigFile } from "../../lib/cli/config_file.ts";
import { type Environment, parseEnvironment } from "../../lib/cli/environment.ts";
import { resolveSettings } from "../../lib/cli/resolve.ts";
import { UsageError } from "../../lib/flow/errors.ts";
import { OPTIONS, type Settings } from "../../settings.ts";

/** A program as its script describes it. */
export function spec<P extends Program>(program: P): ProgramOptions<typeof OPTIONS, P> {
  return { program, options: OPTIONS };
}

/** The names of a program's options. */
export function optionNamesOf(program: Program): string[] {
  return [...optionsOf(spec(program)).keys()];
}

/** An option as a program has it. */
export function definitionFor(program: Program, name: string): OptionDefinition {
  const definition = optionsOf(spec(program)).get(name);
  assert(definition !== undefined, name);
  return definition;
}

/** Where settings come from. */
export interface SettingsSources {
  readonly args: readonly string[];
  readonly env: Environment;
  /** The text of capturevideo.json. */
  readonly file?: string | undefined;
}

/** Sources with everything left out that a test does not care for. */
export function sources(given: Partial<SettingsSources>, config?: unknown): SettingsSources {
  const file = config === undefined ? undefined : JSON.stringify(config);
  return { args: [], env: {}, file, ...given };
}

/** The settings that a program gets. */
export function run<P extends Program>(program: P, from: SettingsSources): Settings<P> {
  return resolveSettings(spec(program), [
    parseConfigFile(spec(program), from.file),
    parseEnvironment(spec(program), from.env),
    parseCommandLine(spec(program), from.args),
  ]);
}

/** Asserts that the settings are refused with exactly these lines. */
export function assertUsageError(
  program: Program,
  from: SettingsSources,
  ...lines: string[]
): void {
  assert.throws(() => run(program, from), (error) => {
    assert(error instanceof UsageError);
    assert.deepEqual(error.message.split("\n"), lines);
    return true;
  });
}
