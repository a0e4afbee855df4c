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
  /** Were told not to run; with `--filter`, also those that it left out. */
  skipped: number;
}

/** Counts the test cases in a JUnit report. */
export function countTests(report: string): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [, content = ""] of report.matchAll(/<testcase\b[^>]*>(.*?)<\/testcase>/gs)) {
    if (/<(failure|error)\b/.test(content)) counts.failed++;
    else if (content.includes("<skipped")) counts.skipped++;
    else counts.passed++;
  }
  return counts;
}

/** The closing line: `3 passed, 0 failed`, and `, 1 skipped` where some were. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
