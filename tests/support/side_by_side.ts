/**
 * Tests of rows that have nothing to do with each other, and mostly wait for programs.
 *
 * @module
 */

/** So many rows have their turn at a time. */
const AT_ONCE = 4;

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
    const endings = rows.map(() => Promise.withResolvers<void>());
    // Its step says so, when its turn has come.
    for (const { promise } of endings) promise.catch(() => {});
    let next = 0;
    const work = async () => {
      for (let at = next++; at < rows.length; at = next++) {
        await test(rows[at]!).then(endings[at]!.resolve, endings[at]!.reject);
      }
    };
    const working = Array.from({ length: AT_ONCE }, work);
    for (const [at, { promise }] of endings.entries()) {
      // What other rows do meanwhile is theirs; what they leave behind is found in the end.
      const others = { sanitizeOps: false, sanitizeResources: false };
      await t.step({ name: name(rows[at]!), fn: () => promise, ...others });
    }
    await Promise.all(working);
  });
}
