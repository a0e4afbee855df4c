import assert from "node:assert/strict";
import type { Program } from "../../lib/cli/option.ts";
import { resolveSettings, type SettingsSources } from "../../lib/cli/resolve.ts";
import { UsageError } from "../../lib/flow/errors.ts";
import type { Settings } from "../../settings.ts";

/** Sources with everything left out that a test does not care for. */
export function sources(given: Partial<SettingsSources>, config?: unknown): SettingsSources {
  const file = config === undefined
    ? undefined
    : { path: "capturevideo.json", text: JSON.stringify(config) };
  return { args: [], env: {}, file, ...given };
}

/** The settings that a program gets. */
export function run<P extends Program>(program: P, from: SettingsSources): Settings<P> {
  const resolved = resolveSettings(program, from);
  assert(resolved.kind === "run");
  return resolved.settings;
}

/** Asserts that the settings are refused with exactly these lines. */
export function assertUsageError(
  program: Program,
  from: SettingsSources,
  ...lines: string[]
): void {
  assert.throws(() => resolveSettings(program, from), (error) => {
    assert(error instanceof UsageError);
    assert.deepEqual(error.message.split("\n"), lines);
    return true;
  });
}
