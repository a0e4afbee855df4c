import assert from "node:assert/strict";
import "../support/bridge.ts";
import { UNKNOWN_TIME } from "../../lib/guest/picture.ts";
import type { RemoteSink } from "../../lib/guest/remote_sink.ts";
import { captureTimeOf, RemotePictures } from "../../lib/relay/remote_pictures.ts";
import { testJpeg } from "../opencv/pictures.ts";
import { captureVideoError } from "../support/errors.ts";

const NOW = 100_000_000;
const jpeg = await testJpeg(24, 32);

/** A remote channel that has welcomed nobody yet, its pictures, and what they told. */
function stage() {
  const sinks = new Set<RemoteSink>();
  const told: string[] = [];
  const channel = {
    where: "studio:65432/front",
    welcome: undefined,
    subscribe: (sink: RemoteSink) => {
      sinks.add(sink);
      return { [Symbol.dispose]: () => void sinks.delete(sink) };
    },
  };
  const pictures = new RemotePictures(channel, {
    now: () => NOW,
    onTrouble: (why, camera) => told.push(`${camera}: ${why}`),
  });
  return { sinks, told, pictures };
}

Deno.test("RemotePictures keeps each picture's time, and makes none younger of which it is unknown", async () => {
  const { sinks, pictures } = stage();
  const [sink] = sinks;
  const times = [NOW - 3000, undefined, UNKNOWN_TIME];
  const given: number[] = [];
  for (const capturedAtMicros of times) {
    sink!.offer({ jpeg, capturedAtMicros });
    given.push((await pictures.readJpeg()).capturedAtMicros);
  }
  assert.deepEqual(given, [NOW - 3000, NOW, 0]);
  await pictures.close();
  assert.equal(sinks.size, 0);
  await assert.rejects(pictures.readJpeg(), captureVideoError("camera-lost", /it is closed$/));
});

Deno.test("captureTimeOf() knows a time from none", async () => {
  const { pictures } = stage();
  for (const capturedAtMicros of [NOW - 3000, UNKNOWN_TIME]) {
    pictures.offer({ jpeg, capturedAtMicros });
    assert.equal(captureTimeOf(await pictures.readJpeg()), capturedAtMicros);
  }
});

Deno.test("RemotePictures says why none come, again behind a picture that was late", async () => {
  const { told, pictures } = stage();
  pictures.state({ camera: "starting" });
  pictures.offer({ jpeg, capturedAtMicros: NOW });
  await pictures.begin();
  const { width, height, description } = pictures.info;
  assert.deepEqual([width, height, description], [32, 24, "from studio:65432/front"]);
  pictures.state({ camera: "lost", why: "it is unplugged" });
  assert.deepEqual(await pictures.readJpeg(), { jpeg, capturedAtMicros: NOW });
  const waiting = pictures.readJpeg();
  pictures.state({ camera: "starting" });
  pictures.offer({ jpeg, capturedAtMicros: NOW + 1 });
  await waiting;
  assert.deepEqual(told, [
    ...Array(3).fill("lost: it is unplugged"),
    "starting: studio:65432/front opens its camera",
  ]);
});

Deno.test("RemotePictures.settle() takes what has no size for no picture", () => {
  const { pictures } = stage();
  assert.equal(pictures.settle(), undefined);
  pictures.offer({ jpeg, capturedAtMicros: NOW });
  assert.equal(pictures.settle(), null);
  pictures.offer({ jpeg: Uint8Array.of(0xff, 0xd8, 0xff, 0xd9), capturedAtMicros: NOW });
  captureVideoError("damaged-jpeg", /without a JPEG frame header$/)(pictures.settle());
  assert.equal(pictures.settle(), undefined);
});
