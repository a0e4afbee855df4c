import assert from "node:assert/strict";
import { Outbox, type OutboxOptions } from "../../lib/peer/outbox.ts";
import { type Message, MessageDecoder } from "../protocol/all.ts";
import { nextTurn, until } from "../support/until.ts";

const LIVE = { type: "status", camera: "live" } as const;

/** An outbox whose other side takes what it is given when the test lets it, some bytes at a time. */
class Stage implements AsyncDisposable {
  readonly outbox: Outbox;
  readonly taken: Message[] = [];
  /** In how many pieces it was written. */
  writes = 0;
  readonly running: Promise<void>;
  readonly #decoder = new MessageDecoder({ from: "host" });
  #open = Promise.withResolvers<void>();

  constructor(options: OutboxOptions = {}, maxBytes = Infinity) {
    this.outbox = new Outbox({
      write: async (bytes) => {
        this.writes++;
        await this.#open.promise;
        const part = bytes.slice(0, maxBytes);
        this.taken.push(...this.#decoder.push(part));
        return part.length;
      },
    }, options);
    this.running = this.outbox.run();
    this.running.catch(() => {});
  }

  take(): void {
    this.#open.resolve();
  }

  break(): void {
    this.#open.reject(new Deno.errors.BrokenPipe());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.take();
    this.outbox.finish();
    await this.running.catch(() => {});
  }
}

Deno.test("Outbox.post() keeps the newest message of each kind, in the order of first need", async () => {
  await using stage = new Stage();
  stage.outbox.post({ type: "ping", t1: 1 });
  await until("the first write", () => stage.writes === 1);
  stage.outbox.post({ type: "status", camera: "lost" });
  stage.outbox.post({ type: "ping", t1: 2 });
  stage.outbox.post(LIVE);
  stage.take();
  await stage.outbox.written();
  assert.deepEqual(stage.taken, [{ type: "ping", t1: 1 }, LIVE, { type: "ping", t1: 2 }]);
  assert.equal(stage.writes, 2, "what waits goes out in one piece");
});

Deno.test("Outbox.post() keeps the ACK of each picture", async () => {
  const written: Uint8Array[] = [];
  const outbox = new Outbox({
    write: (bytes) => Promise.resolve(written.push(bytes) && bytes.length),
  });
  for (const sequence of [1, 2, 3]) outbox.post({ type: "ack", sequence });
  const running = outbox.run();
  await outbox.written();
  outbox.finish();
  await running;
  const decoder = new MessageDecoder({ from: "guest" });
  const acks = written.flatMap((bytes) => [...decoder.push(bytes)]);
  assert.deepEqual(acks, [1, 2, 3].map((sequence) => ({ type: "ack", sequence })));
});

Deno.test("Outbox writes all of a message to a side that takes a few bytes at a time", async () => {
  let progress = 0;
  await using stage = new Stage({ onProgress: () => progress++ }, 5);
  stage.take();
  stage.outbox.post(LIVE);
  await stage.outbox.written();
  assert.deepEqual(stage.taken, [LIVE]);
  assert.equal(progress, stage.writes);
  assert.ok(progress > 5);
});

Deno.test("Outbox writes what is encoded behind the messages, and gives it back", async () => {
  let released = 0;
  let frames = 2;
  const message = Uint8Array.of(0x43, 0x56, 1, 5, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 9);
  await using stage = new Stage({
    next: () => frames-- > 0 ? { message, release: () => released++ } : undefined,
  });
  await until("the first write", () => stage.writes === 1);
  stage.outbox.post(LIVE);
  stage.take();
  await until("all of it", () => stage.taken.length === 3);
  assert.deepEqual(stage.taken, [{ type: "ping", t1: 9 }, LIVE, { type: "ping", t1: 9 }]);
  await until("both given back", () => released === 2);
});

Deno.test("Outbox.finish() writes what waits in front of the last word, and nothing without one", async () => {
  const bye = { type: "bye", reason: "the video has ended" } as const;
  const ping = { type: "ping", t1: 2 } as const;
  for (const last of [bye, undefined]) {
    await using stage = new Stage();
    stage.outbox.post(LIVE);
    await until("the first write", () => stage.writes === 1);
    stage.outbox.post(ping);
    stage.outbox.finish(last);
    stage.outbox.post(ping);
    stage.take();
    await stage.running;
    assert.deepEqual(stage.taken, last ? [LIVE, ping, bye] : [LIVE]);
  }
});

Deno.test("Outbox.written() waits until all was taken, and no longer than that can be", async () => {
  for (const isBroken of [false, true]) {
    await using stage = new Stage();
    assert.equal(stage.outbox.written(), undefined);
    stage.outbox.post(LIVE);
    let isWritten = false;
    const written = stage.outbox.written()?.then(() => isWritten = true);
    await nextTurn();
    assert.deepEqual([isWritten, stage.outbox.idle], [false, false]);
    if (isBroken) stage.break();
    else stage.take();
    await written;
    if (isBroken) await assert.rejects(stage.running, Deno.errors.BrokenPipe);
  }
});
