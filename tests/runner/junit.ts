/**
 * Counting tests in the report that `deno test --junit-path` writes.
 * @module
 */

/** How many tests ended in which way; steps count like tests. */
export interface Counts {
  /** Ran to their end. */
  passed: number;
  /** Threw, or could not be run. */
  failed: number;
  /** Were not to run; with `--filter`, also those that it left out. */
  skipped: number;
}

/** Counts the test cases in a JUnit report: of a step that was tried twice, the second time. */
export function countTests(report: string): Counts {
  const endings = new Map<string, keyof Counts>();
  for (const [, test = "", content = ""] of report.matchAll(TEST_CASE)) {
    const key = test.replace(/ time="[^"]*"/, "");
    if (/<(failure|error)\b/.test(content)) endings.set(key, "failed");
    else endings.set(key, content.includes("<skipped") ? "skipped" : "passed");
  }
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const ending of endings.values()) counts[ending]++;
  return counts;
}

/** The tests and steps in a JUnit report that took longest, the slowest first, each with its file. */
export function slowestTests(report: string, count: number): { name: string; seconds: number }[] {
  const tests = [...report.matchAll(TEST_TIME)].map(([, name = "", file = "", seconds]) => ({
    name: `${file}: ${name.replaceAll(/&(\w+);/g, (entity, word) => ENTITIES[word] ?? entity)}`,
    seconds: Number(seconds),
  }));
  return tests.toSorted((a, b) => b.seconds - a.seconds).slice(0, count);
}

const ENTITIES: Record<string, string> = { amp: "&", apos: "'", gt: ">", lt: "<", quot: '"' };
const TEST_TIME = /<testcase name="([^"]*)" classname="(?:\.\/)?([^"]*)" time="([^"]*)"/g;
const TEST_CASE = /<testcase\b([^>]*)>(.*?)<\/testcase>/gs;

/**
 * The closing line: `3 passed, 0 failed`, and where there are any `, 1 skipped` and
 * `, 2 needed a second try`.
 */
export function closingLine({ passed, failed, skipped }: Counts, secondTries = 0): string {
  const skips = skipped > 0 ? `, ${skipped} skipped` : "";
  const tries = secondTries > 0 ? `, ${secondTries} needed a second try` : "";
  return `${passed} passed, ${failed} failed${skips}${tries}`;
}
