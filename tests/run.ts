/**
 * `deno task test [files] [--filter=name]`: runs the suites one after another and closes with
 * `N passed, N failed`, and how many needed a second try, which it names in front of that. No test
 * executed is a failure.
 * @module
 */

import { closingLine, type Counts, countTests } from "./runner/junit.ts";
import { secondTries, secondTryLines } from "./runner/second_tries.ts";
import { denoTestArguments, selectSuites, type Suite } from "./runner/suites.ts";

const REPORTS = ".cache/test-reports";

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const paths = args.filter((argument) => !argument.startsWith("-"));
  const flags = args.filter((argument) => argument.startsWith("-"));
  await Deno.mkdir(REPORTS, { recursive: true });

  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const retried: string[] = [];
  for (const suite of selectSuites({ paths, flags })) {
    const counts = await runSuite(suite, retried);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  const executed = total.passed + total.failed;
  if (executed === 0) console.error("No test was executed");
  for (const line of secondTryLines(retried)) console.log(line);
  console.log(closingLine(total, retried.length));
  return executed > 0 && total.failed === 0 ? 0 : 1;
}

/** Runs one suite, and adds the tests that it tried again to `retried`. */
async function runSuite(suite: Suite, retried: string[]): Promise<Counts> {
  console.log(`\n── ${suite.name} ──`);
  const report = `${REPORTS}/${suite.name.replaceAll(" ", "_")}.xml`;
  await Deno.writeTextFile(report, "");
  const limit = AbortSignal.timeout(suite.limitMinutes * 60_000);
  const tests = new Deno.Command(Deno.execPath(), {
    args: denoTestArguments(suite, Deno.execPath(), report),
    stdin: "null",
    stdout: "piped",
    signal: limit,
  }).spawn();
  const [shown, read] = tests.stdout.tee();
  const [output, { success }] = await Promise.all([
    new Response(read).text(),
    tests.status,
    shown.pipeTo(Deno.stdout.writable, { preventClose: true }),
  ]);
  const again = secondTries(output);
  retried.push(...again);

  const counts = countTests(await Deno.readTextFile(report));
  // Not every failure is a test's: a file that does not compile, a crash, the time limit.
  if (!success && counts.failed === 0) {
    const why = limit.aborted ? `was ended after ${suite.limitMinutes} minutes` : "ended early";
    console.error(`The suite "${suite.name}" ${why}`);
    counts.failed++;
  }
  console.log(`${suite.name}: ${closingLine(counts, again.length)}`);
  return counts;
}
