import assert from "node:assert/strict";
import "../support/bridge.ts";
import { RemoteSinks } from "../../lib/guest/remote_sinks.ts";
import { Mat } from "../../lib/opencv/mod.ts";

Deno.test("RemoteSinks.offerPixels() compresses once, and has no sink wait for it that takes pixels", async () => {
  const sinks = new RemoteSinks(() => {});
  const taken: string[] = [];
  for (const file of ["file", "other file"]) {
    sinks.subscribe({ offer: ({ jpeg }) => void taken.push(`${file}: ${jpeg}`) });
  }
  sinks.subscribe({
    offer: () => assert.fail("it takes pixels"),
    offerPixels: () => void taken.push("window"),
  });
  using picture = new Mat();
  const compressed = Promise.withResolvers<Uint8Array>();
  const offered = sinks.offerPixels(picture, 1, () => {
    taken.push("compressing");
    return compressed.promise;
  });
  assert.deepEqual([taken, sinks.report.link.state], [["window", "compressing"], "live"]);
  compressed.resolve(Uint8Array.of(7));
  await offered;
  assert.deepEqual(taken.slice(2), ["file: 7", "other file: 7"]);
});
