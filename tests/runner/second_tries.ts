/**
 * Which tests needed a second try: only what `deno test --retry` prints tells, its report does not.
 * @module
 */

// deno-lint-ignore no-control-regex -- the colours of a terminal
const COLOUR = /\x1b\[[\d;]*m/g;
const FILE = /^running \d+ tests? from (?:\.\/)?(.+)$/;
/** Where several files are run at once, theirs stands in front of each test's name. */
const RETRY = /^(?:(?:(?:\.\/)?(\S+) => )?(.+) \.\.\.)? retrying \(attempt \d+ failed\)/;
/** Said of a test that takes long; what becomes of it then stands on a line without its name. */
const SLOW = /^.+ \.\.\.'(.+)' has been running for over \(/;

/** The tests that were tried again, each with its file, in what `deno test` has printed. */
export function secondTries(output: string): string[] {
  const names: string[] = [];
  let file = "";
  let slow = "";
  for (const line of output.replace(COLOUR, "").split("\n")) {
    file = FILE.exec(line)?.[1] ?? file;
    slow = SLOW.exec(line)?.[1] ?? slow;
    const retry = RETRY.exec(line);
    if (retry) names.push(`${retry[1] ?? file}: ${retry[2] ?? slow}`);
  }
  return names;
}

/** What is said of them in front of the closing line: nothing where there were none. */
export function secondTryLines(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const count = names.length === 1 ? "1 test" : `${names.length} tests`;
  return [`${count} needed a second try:`, ...names.map((name) => `  ${name}`)];
}
