import assert from "node:assert/strict";
import "../support/bridge.ts";
import type { FeedSettings } from "../../lib/guest/picture.ts";
import { Receiver } from "../../lib/guest/receiver.ts";
import { frameNumberOf } from "../support/frame_number.ts";
import { encodeMessage } from "../../lib/protocol/mod.ts";
import { captureVideoError } from "../support/errors.ts";
import { makeFifo, temporaryFolder } from "../support/folder.ts";
import { numberedJpeg } from "../support/numbered_pictures.ts";
import { TestHost } from "../support/peers.ts";
import { until } from "../support/until.ts";

/** A receiver whose hosts the test plays, one after another. */
class Stage implements AsyncDisposable {
  readonly listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly receiver: Receiver;
  readonly links: string[] = [];
  readonly damage: string[] = [];
  readonly omissions: string[] = [];
  readonly stop = new AbortController();
  /** How the receiver ended: with an error, or `undefined`. */
  readonly ended: Promise<unknown>;
  readonly #hosts: TestHost[] = [];

  constructor(settings: Partial<FeedSettings> = {}) {
    this.receiver = new Receiver({
      hostname: "127.0.0.1",
      port: this.listener.addr.port,
      timeoutSeconds: 60,
      maxFps: undefined,
      reconnect: true,
      frames: undefined,
      output: undefined,
      ...settings,
    }, {
      onLink: ({ state }) => this.links.push(state),
      onDamaged: (message) => this.damage.push(message),
      onOmitted: (message) => this.omissions.push(message),
    });
    this.ended = this.receiver.run(this.stop.signal).then(() => undefined, (error) => error);
  }

  /** The next host that the receiver connects to; it was welcomed there. */
  async host(): Promise<TestHost> {
    const host = await TestHost.accept(this.listener);
    this.#hosts.push(host);
    await host.welcome();
    return host;
  }

  /** Sends a picture of this number, and waits until it was acknowledged. */
  async send(host: TestHost, number: number, jpeg?: Uint8Array): Promise<void> {
    const picture = jpeg ?? await numberedJpeg(number);
    await host.send({ type: "frame", sequence: number, capturedAtMicros: 1, jpeg: picture });
    assert.equal((await host.next("ack")).sequence, number);
  }

  /** The number of the picture that comes next; `undefined` when no more will come. */
  async picture(): Promise<number | undefined> {
    const picture = await this.receiver.next();
    if (!picture) return undefined;
    const number = frameNumberOf(picture.mat);
    picture.release();
    return number;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop.abort();
    await this.ended;
    for (const host of this.#hosts) host[Symbol.dispose]();
    this.listener.close();
  }
}

Deno.test("Receiver.next() gives the pictures decoded, in order, then ends", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  for (const number of [1, 2, 3]) {
    await stage.send(host, number);
    assert.equal(await stage.picture(), number);
  }
  assert.deepEqual(stage.links.filter((state, at) => state !== stage.links[at - 1]), [
    "connecting",
    "live",
  ]);
  const { received, replaced, damaged, reconnects } = stage.receiver.counts;
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
  for (let number = 1; number <= 10; number++) await stage.send(host, number);
  await until("the last one decoded", () => stage.receiver.counts.replaced === 9);
  assert.equal(await stage.picture(), 10);
  assert.equal(stage.receiver.counts.received, 10);
});

Deno.test("Receiver hands every JPEG to the output untouched, also one that is damaged", async () => {
  await using folder = await temporaryFolder();
  const output = `${folder.path}/seen.mjpeg`;
  await using stage = new Stage({ output });
  const host = await stage.host();
  const whole = await numberedJpeg(1);
  const jpegs = [whole, whole.subarray(0, 900), Uint8Array.of(1, 2, 3), whole];
  for (const [index, jpeg] of jpegs.entries()) await stage.send(host, index + 1, jpeg);
  stage.stop.abort();
  assert.equal(await stage.ended, undefined);
  assert.deepEqual(await Deno.readFile(output), await new Blob(jpegs).bytes());
  assert.equal(stage.receiver.counts.receivedBytes, 2 * whole.length + 903);
});

Deno.test("Receiver counts and tells pictures that do not decode, and goes on", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  const whole = await numberedJpeg(1);
  for (const [index, jpeg] of [whole.subarray(0, 900), Uint8Array.of(1, 2, 3)].entries()) {
    await stage.send(host, index, jpeg);
    await until("the damage", () => stage.receiver.counts.damaged === index + 1);
  }
  await stage.send(host, 7);
  assert.equal(await stage.picture(), 7);
  assert.equal(stage.damage.length, 2);
  for (const message of stage.damage) assert.match(message, /^Cannot decode a JPEG: /);
});

Deno.test("Receiver is not live while pictures come of which none can be shown", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  const broken = (await numberedJpeg(1)).subarray(0, 900);
  const isTold = () => stage.receiver.link.why.startsWith("no whole picture: Cannot decode a JPEG");
  let number = 0;
  for (const state of ["connecting", "lost"]) {
    while (!isTold()) await stage.send(host, ++number, broken);
    assert.equal(stage.receiver.link.state, state);
    await stage.send(host, ++number);
    await until("a whole picture", () => stage.receiver.link.state === "live");
  }
  assert.deepEqual(stage.links.filter((state, at) => state !== stage.links[at - 1]), [
    "connecting",
    "live",
    "lost",
    "live",
  ]);
});

Deno.test("Receiver ends after exactly so many pictures as are wished", async () => {
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
  assert.equal(stage.receiver.counts.received, 3);
  assert.equal((await Deno.stat(output)).size, 3 * jpeg.length);
  await host.next("bye");
});

Deno.test("Receiver connects again when the host is gone, and counts it", async () => {
  await using stage = new Stage();
  const first = await stage.host();
  await stage.send(first, 1);
  assert.equal(await stage.picture(), 1);
  first[Symbol.dispose]();
  const second = await stage.host();
  await stage.send(second, 2);
  assert.equal(await stage.picture(), 2);
  assert.equal(stage.receiver.counts.reconnects, 1);
  assert.ok(stage.links.includes("lost"));
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
  await stage.send(host, 1);
  await host.send({ type: "status", camera: "lost", why: "it is unplugged" });
  await until("the loss", () => stage.receiver.link.state === "lost");
  assert.match(stage.receiver.link.why, /it is unplugged$/);
  await stage.send(host, 2);
  assert.deepEqual(stage.receiver.link, { state: "live", why: "" });
});

Deno.test("Receiver ends with the reason where it is not to connect again", async () => {
  await using stage = new Stage({ reconnect: false });
  const host = await stage.host();
  await stage.send(host, 1);
  await host.send({ type: "bye", reason: "the video has ended" });
  captureVideoError("refused", /^Cannot go on: the host says the video has ended$/)(
    await stage.ended,
  );
});

Deno.test("Receiver does not try again where a host says that it is of no use, also behind pictures", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  await stage.send(host, 1);
  await host.send({ type: "bye", reason: "the house is closed", retry: false });
  captureVideoError("turned-away", /the house is closed$/)(await stage.ended);
});

Deno.test("Receiver is live only by a picture, not by a host that is heard again without one", async () => {
  await using stage = new Stage();
  const host = await stage.host();
  await stage.send(host, 1);
  await until("live", () => stage.links.at(-1) === "live");
  await until("silence", () => stage.links.at(-1) === "lost");
  // It answers on the second line, and sends no picture there; nor does it on the first.
  const other = await stage.host();
  await until("that it is heard there", () => stage.receiver.counts.reconnects === 1);
  await other.send({ type: "status", camera: "live" });
  await until("that it waits", () => stage.receiver.link.why === "waiting for the camera");
  assert.equal(stage.links.filter((state) => state === "live").length, 1);
  await stage.send(other, 2);
  await until("live", () => stage.links.at(-1) === "live");
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
  captureVideoError("output", /^Cannot write \S+: /)(await stage.ended);
  await sending;
});

Deno.test("Receiver does not wait for the output, and ends though nobody has ever read it", async () => {
  await using pipe = await namedPipe();
  await using stage = new Stage({ output: pipe.path });
  const host = await stage.host();
  for (let number = 1; number <= 5; number++) {
    await stage.send(host, number);
    assert.equal(await stage.picture(), number);
  }
  stage.stop.abort();
  assert.equal(await stage.ended, undefined);
  assert.equal(stage.receiver.counts.omitted, 5);
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
