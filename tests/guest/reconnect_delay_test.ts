import assert from "node:assert/strict";
import fc from "fast-check";
import {
  FIRST_DELAY_MS,
  LONGEST_DELAY_MS,
  reconnectDelayMs,
} from "../../lib/guest/reconnect_delay.ts";

Deno.test("reconnectDelayMs() doubles from failure to failure, up to its limit", () => {
  const delays = [0, 1, 2, 3, 1000].map((failures) => reconnectDelayMs(failures, 0));
  assert.deepEqual(
    delays,
    [0, 1, 2, 3, 10].map((failures) => {
      return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures);
    }),
  );
  assert.equal(delays[0], FIRST_DELAY_MS);
  assert.equal(delays.at(-1), LONGEST_DELAY_MS);
});

Deno.test("reconnectDelayMs() leaves to chance up to half of it, and never asks for a storm", () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const longest = reconnectDelayMs(failures, 0);
      const delay = reconnectDelayMs(failures, random);
      assert.ok(delay <= longest && delay >= longest / 2);
      assert.ok(delay >= FIRST_DELAY_MS / 2 && delay <= LONGEST_DELAY_MS);
    }),
  );
});
