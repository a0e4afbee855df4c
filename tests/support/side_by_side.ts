/**
 * Work that has nothing to do with each other, and mostly waits for programs.
 *
 * @module
 */

/** So much of it is done at a time. */
const AT_ONCE = 4;

/** Works on all rows, a few at a time, in their order; what comes of each, when it was its turn. */
export function sideBySide<Row, T>(
  rows: readonly Row[],
  work: (row: Row) => Promise<T>,
): Promise<T>[] {
  const results = rows.map(() => Promise.withResolvers<T>());
  let next = 0;
  const workOn = async () => {
    for (let at = next++; at < rows.length; at = next++) {
      await work(rows[at]!).then(results[at]!.resolve, results[at]!.reject);
    }
  };
  for (let count = 0; count < AT_ONCE; count++) void workOn();
  for (const { promise } of results) promise.catch(() => {}); // told when it is asked for
  return results.map(({ promise }) => promise);
}

/** What there is of each row. */
export interface RowTest<Row> {
  /** The name of the row's step. */
  name(row: Row): string;
  test(row: Row): Promise<void>;
}

/** Declares a test with a step for each row, a few of which run side by side. */
export function testSideBySide<Row>(
  what: string,
  rows: readonly Row[],
  { name, test }: RowTest<Row>,
): void {
  Deno.test(what, async (t) => {
    const endings = sideBySide(rows, test);
    for (const [at, ending] of endings.entries()) {
      // What other rows do meanwhile is theirs; what they leave behind is found in the end.
      const others = { sanitizeOps: false, sanitizeResources: false };
      await t.step({ name: name(rows[at]!), fn: () => ending, ...others });
    }
  });
}
