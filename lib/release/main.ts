/**
 * `deno task compile`: single binaries of all programs, and an archive of them for this system, in
 * `dist/`.
 *
 * @module
 */

import { PROJECT_DIRECTORY } from "../setup/tasks.ts";
import { wordsOfFailure } from "../setup/setup_error.ts";
import { makeArchive } from "./archive.ts";

if (import.meta.main) Deno.exitCode = await main(Deno.args);

async function main(args: readonly string[]): Promise<number> {
  const report = (line: string) => console.error(`compile: ${line}`);
  if (args.length > 0) {
    report("takes no options");
    return 2;
  }
  try {
    await makeArchive({
      into: `${PROJECT_DIRECTORY}/dist`,
      deno: Deno.execPath(),
      // The tests have packages of their own.
      flags: ["--exclude-unused-npm"],
      report,
    });
    return 0;
  } catch (error) {
    report(wordsOfFailure(error, "make the archive"));
    return 1;
  }
}
