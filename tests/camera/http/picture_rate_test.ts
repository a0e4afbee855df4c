import assert from "node:assert/strict";
import { FIRST_PATIENCE_MS, PictureRate } from "../../../lib/camera/http/picture_rate.ts";

Deno.test("PictureRate.patienceMs is long at first, then three of the longest last intervals", () => {
  const rate = new PictureRate();
  for (const second of [0, 1, 6, 7]) {
    rate.add(second * 1e6);
    assert.equal(rate.patienceMs, FIRST_PATIENCE_MS);
  }
  rate.add(8e6);
  assert.equal(rate.patienceMs, 15_000);
  for (const second of [9, 10, 11]) rate.add(second * 1e6);
  assert.equal(rate.patienceMs, 3000);
});
