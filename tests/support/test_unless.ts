/**
 * Tests that not every machine can run.
 *
 * @example
 * ```ts ignore
 * import { testUnless } from "./test_unless.ts";
 *
 * const reason = Deno.uid() === 0 ? undefined : "it needs root";
 * testUnless(reason, "root may read everything", async () => {});
 * ```
 * @module
 */

/** A test that is skipped where there is a reason for that, which then stands in its name. */
export function testUnless(
  reason: string | undefined,
  name: string,
  fn: (t: Deno.TestContext) => Promise<void>,
): void {
  Deno.test({
    name: reason === undefined ? name : `${name}: skipped: ${reason}`,
    ignore: reason !== undefined,
    fn,
  });
}
