import assert from "node:assert/strict";
import { EncodedFrame } from "../../lib/channel/encoded_frame.ts";
import { FRAME_PREFIX_BYTES } from "../protocol/all.ts";

const FACTS = { sequence: 7, capturedAtMicros: 5, rendition: "full" } as const;

Deno.test("EncodedFrame is freed when the last one who holds it lets go, once", () => {
  let freed = 0;
  const frame = new EncodedFrame(new Uint8Array(FRAME_PREFIX_BYTES + 3), FACTS, () => freed++);
  assert.equal(frame.hold(), frame);
  frame.hold();
  frame.release();
  frame.release();
  assert.equal(freed, 0);
  frame.release();
  assert.equal(freed, 1);
  assert.throws(() => frame.release(), TypeError);
  assert.throws(() => frame.hold(), TypeError);
});
