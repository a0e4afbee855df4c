/**
 * The doctor: says what stands between here and a picture, and what to type.
 *
 * @example
 * ```sh
 * deno task doctor
 * deno task doctor studio
 * ```
 * @module
 */

import { runMain } from "./lib/cli/main.ts";
import { print } from "./lib/cli/print.ts";
import { examine } from "./lib/doctor/examine.ts";
import { describeFinding, type Finding, findingsAsJson, isHealthy } from "./lib/doctor/finding.ts";
import { CaptureVideoError } from "./lib/flow/errors.ts";
import { givenKey } from "./lib/privacy/key_file.ts";
import { OPTIONS, type Settings } from "./settings.ts";

/** Looks at everything, and says each thing as it is found. */
async function main(settings: Settings<"doctor">, signal: AbortSignal): Promise<void> {
  const { json } = settings;
  const findings: Finding[] = [];
  for await (const finding of examine({ ...settings, key: givenKey(settings) }, signal)) {
    findings.push(finding);
    if (!json) print(describeFinding(finding));
  }
  if (json) print(findingsAsJson(findings));
  if (isHealthy(findings)) return;
  const stops = findings.filter(({ verdict }) => verdict === "stop").map(({ subject }) => subject);
  throw new CaptureVideoError("refused", `Cannot show a picture: see ${stops.join(", ")} above`);
}

await runMain({ program: "doctor", options: OPTIONS }, main);
