import assert from "node:assert/strict";
import "../support/bridge.ts";
import { MatPool } from "../../lib/opencv/mat.ts";
import { isFreed } from "../support/scripted_source.ts";

Deno.test("MatPool.take() gives a Mat that was given back before it makes another", () => {
  const pool = new MatPool();
  const first = pool.take();
  const second = pool.take();
  assert.notEqual(first, second);
  pool.give(first);
  assert.equal(pool.take(), first);
  pool.give(second);
  pool.give(first);
  pool.close();
});

Deno.test("MatPool.close() frees the Mats that are there, and the others as they come back", () => {
  const pool = new MatPool();
  const [out, there] = [pool.take(), pool.take()];
  pool.give(there);
  pool.close();
  assert.deepEqual([isFreed(there), isFreed(out)], [true, false]);
  pool.give(out);
  assert.ok(isFreed(out));
});
