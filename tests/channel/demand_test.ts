import assert from "node:assert/strict";
import { Demand } from "../../lib/channel/demand.ts";
import type { Rendition } from "../../lib/channel/rendition.ts";
import type { JpegSink, PixelSink } from "../../lib/channel/sink.ts";

const FULL = { quality: 80 };
const PIXELS: PixelSink = { takes: "pixels", offer: () => {}, state: () => {} };

/** Wants every so many pictures. */
function sink(rendition: Rendition = "full", every = 1): JpegSink & { rendition: Rendition } {
  return {
    takes: "jpeg",
    rendition,
    wantsAll: every === 1,
    wants: (capturedAtMicros) => capturedAtMicros % every === 0,
    offer: () => {},
    state: () => {},
  };
}

Deno.test("Demand.compression is what somebody wants of every picture, and nobody in another way", () => {
  for (
    const [sinks, expected] of [
      [[], undefined],
      [[sink()], FULL],
      [[sink("full", 3)], undefined],
      [[sink("full", 3), sink()], FULL],
      [[sink(), sink("small")], undefined],
      [[PIXELS], undefined],
      [[PIXELS, sink()], FULL],
    ] as const
  ) {
    const demand = new Demand({ fullOptions: FULL });
    for (const each of sinks) demand.add(each);
    assert.equal(demand.compression, expected);
  }
});

Deno.test("Demand.compression is as the encoder has it now", () => {
  const encoder = { fullOptions: FULL };
  const demand = new Demand(encoder);
  demand.add(sink());
  encoder.fullOptions = { quality: 5 };
  assert.deepEqual(demand.compression, { quality: 5 });
});

Deno.test("Demand.compression changes as sinks come, go, and want another rendition", () => {
  const demand = new Demand({ fullOptions: FULL });
  const [one, other] = [sink(), sink()];
  assert.equal(demand.compression, undefined, "nobody is there");
  const first = demand.add(one);
  const second = demand.add(other);
  assert.equal(demand.compression, FULL);
  other.rendition = "light";
  assert.equal(demand.compression, undefined);
  second[Symbol.dispose]();
  assert.equal(demand.compression, FULL);
  first[Symbol.dispose]();
  assert.equal(demand.compression, undefined);
});

Deno.test("Demand.takers() are those who want this picture, by the rendition", () => {
  const demand = new Demand({ fullOptions: FULL });
  const [full, small, third] = [sink("full", 2), sink("small"), sink("small", 3)];
  for (const each of [PIXELS, full, small, third]) demand.add(each);
  assert.deepEqual(demand.takers(1), new Map([["small", [small]]]));
  assert.deepEqual(demand.takers(2), new Map([["full", [full]], ["small", [small]]]));
  assert.deepEqual(demand.takers(3), new Map([["small", [small, third]]]));
});
