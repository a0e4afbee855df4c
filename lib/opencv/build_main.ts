/**
 * `deno task build`: builds the bridge where it is not up to date, and says so on stderr.
 *
 * `--quiet` says nothing where there was nothing to do, for the tasks that build before they run.
 * `--try` does so as well, and says nothing of what is missing here: whoever needs the bridge does.
 *
 * @module
 */

import { describeError } from "../text/error_text.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { buildBridge } from "./build.ts";
import type { Toolchain } from "./toolchain.ts";

if (import.meta.main) Deno.exitCode = await main(Deno.args);

/** Builds, reports on stderr, and returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const tries = args.includes("--try");
  const quiet = tries || args.includes("--quiet");
  const unknown = args.find((arg) => arg !== "--quiet" && arg !== "--try");
  if (unknown !== undefined) {
    console.error(`Cannot use ${unknown}: the options of the build are --quiet and --try`);
    return 2;
  }
  try {
    const startedAt = performance.now();
    const result = await buildBridge({
      onStart: (planned) => console.error(`Building the bridge to ${describe(planned)} ...`),
    });
    if (result.built) {
      const seconds = (performance.now() - startedAt) / 1000;
      console.error(`Built the bridge in ${seconds.toFixed(1)} s`);
    } else if (!quiet) {
      console.error(`The bridge to ${describe(result)} is up to date`);
    }
    return 0;
  } catch (error) {
    const { line, expected } = describeError(error, "build the OpenCV bridge");
    if (!expected) throw error;
    const compilerWords = error instanceof CaptureVideoError ? error.cause : undefined;
    if (tries && error instanceof CaptureVideoError && !compilerWords) return 0;
    console.error(line);
    if (compilerWords instanceof Error) console.error(compilerWords.message.trimEnd());
    return 1;
  }
}

function describe({ openCvVersion, captures, windows }: Toolchain): string {
  const parts = [
    captures ? "cameras" : "no cameras (libopencv-videoio-dev is not installed)",
    windows ? "windows" : "no windows (libxext-dev is not installed)",
  ];
  return `OpenCV ${openCvVersion} with ${parts.join(" and ")}`;
}
