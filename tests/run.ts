/**
 * `deno task test [files] [--filter=name] [--slowest=N]`: runs the suites, names the slowest tests of
 * each, and closes with `N passed, N failed`, and how many needed a second try, which it names in
 * front of that. No test executed is a failure.
 * @module
 */

import { closingLine, type Counts, countTests, slowestTests } from "./runner/junit.ts";
import { secondTries, secondTryLines } from "./runner/second_tries.ts";
import { denoTestArguments, selectSuites, type Suite } from "./runner/suites.ts";

const REPORTS = ".cache/test-reports";
const SLOWEST = /^--slowest=(\d+)$/;

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const paths = args.filter((argument) => !argument.startsWith("-"));
  const flags = args.filter((argument) => argument.startsWith("-") && !SLOWEST.test(argument));
  const slowest = Number(args.map((argument) => SLOWEST.exec(argument)?.[1]).find(Boolean) ?? 0);
  await Deno.mkdir(REPORTS, { recursive: true });

  const results: SuiteResult[] = [];
  const beside: Promise<SuiteResult>[] = [];
  for (const suite of selectSuites({ paths, flags })) {
    if (suite.isAlone) results.push(...await Promise.all(beside.splice(0)));
    if (suite.isBeside) beside.push(runSuite(suite, slowest));
    else results.push(await runSuite(suite, slowest));
  }
  results.push(...await Promise.all(beside));
  const total = { passed: sumOf(results, "passed"), failed: sumOf(results, "failed") };
  const executed = total.passed + total.failed;
  if (executed === 0) console.error("No test was executed");
  const retried = results.flatMap(({ retried }) => retried);
  for (const line of secondTryLines(retried)) console.log(line);
  console.log(closingLine({ ...total, skipped: sumOf(results, "skipped") }, retried.length));
  return executed > 0 && total.failed === 0 ? 0 : 1;
}

/** What became of one suite. */
interface SuiteResult extends Counts {
  /** The tests that it tried again. */
  readonly retried: readonly string[];
}

function sumOf(results: readonly SuiteResult[], count: keyof Counts): number {
  return results.reduce((sum, result) => sum + result[count], 0);
}

/** Runs one suite; what one beside others prints is shown when it has ended. */
async function runSuite(suite: Suite, slowest: number): Promise<SuiteResult> {
  const beganAtMs = performance.now();
  const heading = `\n── ${suite.name} ──`;
  if (!suite.isBeside) console.log(heading);
  const report = `${REPORTS}/${suite.name.replaceAll(" ", "_")}.xml`;
  await Deno.writeTextFile(report, "");
  const limit = AbortSignal.timeout(suite.limitMinutes * 60_000);
  const tests = new Deno.Command(Deno.execPath(), {
    args: denoTestArguments(suite, Deno.execPath(), report),
    env: { DENO_JOBS: `${suite.filesAtOnce ?? 1}` },
    stdin: "null",
    stdout: "piped",
    signal: limit,
  }).spawn();
  const [read, shown] = suite.isBeside ? [tests.stdout] : tests.stdout.tee();
  const [output, { success }] = await Promise.all([
    new Response(read).text(),
    tests.status,
    shown?.pipeTo(Deno.stdout.writable, { preventClose: true }),
  ]);
  if (suite.isBeside) console.log(`${heading}\n${output}`);
  const retried = secondTries(output);

  const xml = await Deno.readTextFile(report);
  const counts = countTests(xml);
  // Not every failure is a test's: a file that does not compile, a crash, the time limit.
  if (!success && counts.failed === 0) {
    const why = limit.aborted ? `was ended after ${suite.limitMinutes} minutes` : "ended early";
    console.error(`The suite "${suite.name}" ${why}`);
    counts.failed++;
  }
  for (const { seconds, name } of slowestTests(xml, slowest)) {
    console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);
  }
  const seconds = (performance.now() - beganAtMs) / 1000;
  console.log(`${suite.name}: ${closingLine(counts, retried.length)}, in ${seconds.toFixed()} s`);
  return { ...counts, retried };
}
