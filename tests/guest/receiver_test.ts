import assert from "node:assert/strict";
import "../support/bridge.ts";
import type { FeedSettings } from "../../lib/guest/picture.ts";
import { Receiver } from "../../lib/guest/receiver.ts";
import { frameNumberOf } from "../support/frame_number.ts";
import { encodeMessage } from "../protocol/all.ts";
import { captureVideoError } from "../support/errors.ts";
import { makeFifo, temporaryFolder } from "../support/folder.ts";
import { numberedJpeg } from "../support/numbered_pictures.ts";
import { HostsStage, sendPicture } from "./hosts_stage.ts";
import { until } from "../support/until.ts";

/** A receiver, and the hosts that it connects to. */
class Stage extends HostsStage<Receiver> {
  constructor(settings?: Partial<FeedSettings>) {
    super((all, handlers) => new Receiver(all, handlers), settings);
  }

  /** The number of the picture that comes next; `undefined` when no more will come. */
  async picture(): Promise<number | undefined> {
    const picture = await this.feed.next();
    if (!picture) return undefined;
    const number = frameNumberOf(picture.mat);
    picture.release();
    return number;
  }
}

Deno.test("Receiver.next() gives the pictures decoded, in order, then ends", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  for (const number of [1, 2, 3]) {
    await sendPicture(host, number);
    assert.equal(await stage.picture(), number);
  }
  assert.deepEqual(stage.states, [
    "connecting",
    "live",
  ]);
  const { received, replaced, damaged, reconnects } = stage.feed.counts;
  assert.deepEqual({ received, replaced, damaged, reconnects }, {
    received: 3,
    replaced: 0,
    damaged: 0,
    reconnects: 0,
  });
  const waiting = stage.picture();
  stage.stop.abort();
  assert.equal(await waiting, undefined);
  assert.equal(await stage.ended, undefined);
  assert.equal(await stage.picture(), undefined);
});

Deno.test("Receiver keeps the newest picture for a reader that is late, and counts the others", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  for (let number = 1; number <= 10; number++) await sendPicture(host, number);
  await until("the last one decoded", () => stage.feed.counts.replaced === 9);
  assert.equal(await stage.picture(), 10);
  assert.equal(stage.feed.counts.received, 10);
});

Deno.test("Receiver hands every JPEG to the output untouched, also one that is damaged", async () => {
  await using folder = await temporaryFolder();
  const output = `${folder.path}/seen.mjpeg`;
  await using stage = new Stage({ output });
  const host = await stage.host();
  const whole = await numberedJpeg(1);
  const jpegs = [whole, whole.subarray(0, 900), Uint8Array.of(1, 2, 3), whole];
  for (const [index, jpeg] of jpegs.entries()) await sendPicture(host, index + 1, jpeg);
  stage.stop.abort();
  assert.equal(await stage.ended, undefined);
  assert.deepEqual(await Deno.readFile(output), await new Blob(jpegs).bytes());
  assert.equal(stage.feed.counts.receivedBytes, 2 * whole.length + 903);
});

Deno.test("Receiver counts and tells pictures that do not decode, and goes on", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  const whole = await numberedJpeg(1);
  for (const [index, jpeg] of [whole.subarray(0, 900), Uint8Array.of(1, 2, 3)].entries()) {
    await sendPicture(host, index, jpeg);
    await until("the damage", () => stage.feed.counts.damaged === index + 1);
  }
  await sendPicture(host, 7);
  assert.equal(await stage.picture(), 7);
  assert.equal(stage.damage.length, 2);
  for (const message of stage.damage) assert.match(message, /^Cannot decode a JPEG: /);
});

Deno.test("Receiver is not live while pictures come of which none can be shown", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  const broken = (await numberedJpeg(1)).subarray(0, 900);
  const isTold = () => stage.feed.link.why.startsWith("no whole picture: Cannot decode a JPEG");
  let number = 0;
  for (const state of ["connecting", "lost"]) {
    while (!isTold()) await sendPicture(host, ++number, broken);
    assert.equal(stage.feed.link.state, state);
    await sendPicture(host, ++number);
    await until("a whole picture", () => stage.feed.link.state === "live");
  }
  assert.deepEqual(stage.states, [
    "connecting",
    "live",
    "lost",
    "live",
  ]);
});

Deno.test("Receiver ends after exactly so many pictures as are requested", async () => {
  await using folder = await temporaryFolder();
  const output = `${folder.path}/seen.mjpeg`;
  await using stage = new Stage({ frames: 3, output });
  const host = await stage.host();
  const jpeg = await numberedJpeg(1);
  const frames = [1, 2, 3, 4, 5].map((sequence) => {
    return encodeMessage({ type: "frame", sequence, capturedAtMicros: 1, jpeg });
  });
  await host.send(await new Blob(frames).bytes());
  assert.equal(await stage.ended, undefined);
  assert.equal(stage.feed.counts.received, 3);
  assert.equal((await Deno.stat(output)).size, 3 * jpeg.length);
  await host.next("bye");
});

Deno.test("Receiver connects again when the host is gone, and counts it", async () => {
  await using stage = new Stage();
  const first = await stage.host();
  await sendPicture(first, 1);
  assert.equal(await stage.picture(), 1);
  first[Symbol.dispose]();
  const second = await stage.host();
  await sendPicture(second, 2);
  assert.equal(await stage.picture(), 2);
  assert.equal(stage.feed.counts.reconnects, 1);
  assert.ok(stage.states.includes("lost"));
});

Deno.test("Receiver hands on the picture that came right before the end", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  const jpeg = await numberedJpeg(8);
  const last = [
    encodeMessage({ type: "frame", sequence: 1, capturedAtMicros: 1, jpeg }),
    encodeMessage({ type: "bye", reason: "the video has ended" }),
  ];
  await host.send(await new Blob(last).bytes());
  assert.equal(await stage.picture(), 8);
});

Deno.test("Receiver tells how the host's camera is", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  await sendPicture(host, 1);
  await host.send({ type: "status", camera: "lost", why: "it is unplugged" });
  await until("the loss", () => stage.feed.link.state === "lost");
  assert.match(stage.feed.link.why, /it is unplugged$/);
  await sendPicture(host, 2);
  assert.deepEqual(stage.feed.link, { state: "live", why: "" });
});

Deno.test("Receiver ends with the reason where it is not to connect again", async () => {
  await using stage = new Stage({ reconnect: false });
  const host = await stage.host();
  await sendPicture(host, 1);
  await host.send({ type: "bye", reason: "the video has ended" });
  captureVideoError("refused", /^Cannot go on: the host says the video has ended$/)(
    await stage.ended,
  );
});

Deno.test("Receiver does not try again where a host says that it is of no use, also behind pictures", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  await sendPicture(host, 1);
  await host.send({ type: "bye", reason: "the house is closed", retry: false });
  captureVideoError("turned-away", /the house is closed$/)(await stage.ended);
});

Deno.test("Receiver is live only by a picture, not by a host that is heard again without one", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  await sendPicture(host, 1);
  await until("live", () => stage.states.at(-1) === "live");
  await until("silence", () => stage.states.at(-1) === "lost");
  // It answers on the second line, and sends no picture there; nor does it on the first.
  const other = await stage.host();
  await until("that it is heard there", () => stage.feed.counts.reconnects === 1);
  await other.send({ type: "status", camera: "live" });
  await until("that it waits", () => stage.feed.link.why === "waiting for the camera");
  assert.equal(stage.states.filter((state) => state === "live").length, 1);
  await sendPicture(other, 2);
  await until("live", () => stage.states.at(-1) === "live");
});

Deno.test("Receiver does not try again what is no host", async () => {
  await using stage = new Stage();
  using connection = await stage.listener.accept();
  await connection.write(new TextEncoder().encode("SSH-2.0-test\r\n"));
  captureVideoError("protocol", /an SSH server, which says "SSH-2.0-test"$/)(await stage.ended);
});

Deno.test("Receiver does not try again what cannot be written", async () => {
  await using folder = await temporaryFolder();
  const output = `${folder.path}/no/such/file`;
  await using stage = new Stage({ output });
  captureVideoError("output", /^Cannot write \S+: there is no such file or directory$/)(
    await stage.ended,
  );
});

Deno.test("Receiver ends when nobody reads what it writes any more", async () => {
  await using pipe = await namedPipe();
  await using stage = new Stage({ output: pipe.path });
  (await Deno.open(pipe.path)).close();
  const host = await stage.host();
  await host.send({ type: "frame", sequence: 1, capturedAtMicros: 1, jpeg: await numberedJpeg(1) });
  const sending = (async () => {
    for (let sequence = 2; await host.receive(); sequence++) {
      await host.send({ type: "frame", sequence, capturedAtMicros: 1, jpeg: Uint8Array.of(1, 2) });
    }
  })();
  captureVideoError("output", /^Cannot write \S+: the other side does not read any more$/)(
    await stage.ended,
  );
  await sending;
});

Deno.test("Receiver does not wait for the output, and ends though nobody has ever read it", async () => {
  await using pipe = await namedPipe();
  await using stage = new Stage({ output: pipe.path });
  const host = await stage.host();
  for (let number = 1; number <= 5; number++) {
    await sendPicture(host, number);
    assert.equal(await stage.picture(), number);
  }
  stage.stop.abort();
  assert.equal(await stage.ended, undefined);
  assert.equal(stage.feed.counts.omitted, 5);
  assert.deepEqual(stage.omissions, [
    `Cannot write all pictures to ${pipe.path}: 5 of 5 were left out, as they were not taken in time`,
  ]);
  // The thread that opens it can end, and has ended when nobody holds the other side.
  using reader = await Deno.open(pipe.path);
  assert.equal(await reader.read(new Uint8Array(1)), null);
});

/** A pipe that a program writes to as to a file. */
async function namedPipe(): Promise<{ path: string } & AsyncDisposable> {
  const folder = await temporaryFolder();
  const path = `${folder.path}/pipe`;
  await makeFifo(path);
  return { path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}
