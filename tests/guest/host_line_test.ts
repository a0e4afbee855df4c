import assert from "node:assert/strict";
import type { ByteConnection } from "../../lib/flow/byte_connection.ts";
import { HostLine } from "../../lib/guest/host_line.ts";
import type { LineState } from "../../lib/guest/line_keeper.ts";
import { monotonicMicros } from "../../lib/opencv/mod.ts";
import "../support/bridge.ts";
import { captureVideoError } from "../support/errors.ts";
import { connectionPair, TestHost } from "../support/peers.ts";

const PICTURE = { type: "frame", capturedAtMicros: 1, jpeg: Uint8Array.of(0xff, 0xd8) } as const;

/** A line to a host in the test's hands. */
class Stage implements Disposable {
  readonly states: LineState[] = [];
  readonly pictures: Uint8Array[] = [];
  readonly line: HostLine;
  readonly #dialled = Promise.withResolvers<ByteConnection>();
  #host: TestHost | undefined;

  constructor() {
    this.line = new HostLine({
      dial: () => this.#dialled.promise,
      now: monotonicMicros,
      program: "test",
      timeoutMicros: 60e6,
      onChange: () => this.states.push(this.line.state),
      onWelcome: () => {},
      onStatus: () => {},
      onJpeg: ({ jpeg }) => Promise.resolve(void this.pictures.push(jpeg)),
    });
  }

  /** Lets the line reach a host. */
  async connect(): Promise<TestHost> {
    const [ours, theirs] = await connectionPair();
    this.#dialled.resolve(ours);
    this.#host = new TestHost(theirs);
    await this.#host.next("hello");
    return this.#host;
  }

  /** Lets it reach nobody. */
  refuse(): void {
    this.#dialled.reject(new Deno.errors.ConnectionRefused("no"));
  }

  [Symbol.dispose](): void {
    this.#host?.[Symbol.dispose]();
  }
}

Deno.test("HostLine tries, hears the host, and is over when that is gone", async () => {
  using stage = new Stage();
  const { line } = stage;
  assert.equal(line.state, "trying");
  const host = await stage.connect();
  await host.welcome();
  await host.send({ ...PICTURE, sequence: 1 });
  await host.next("ack");
  assert.deepEqual([line.state, line.fruitful, stage.pictures.length], ["heard", true, 1]);
  host[Symbol.dispose]();
  await line.closed;
  assert.equal(line.state, "over");
  captureVideoError("connection", /^Cannot go on: /)(line.failure);
  assert.deepEqual(stage.states, ["heard", "over"]);
});

Deno.test("HostLine is over, with the reason, where nobody answers", async () => {
  using stage = new Stage();
  stage.refuse();
  await stage.line.closed;
  assert.ok(stage.line.failure instanceof Deno.errors.ConnectionRefused);
  assert.deepEqual([stage.states, stage.line.fruitful], [["over"], false]);
});

Deno.test("HostLine.end() tells the host, and hands on no picture that comes after", async () => {
  using stage = new Stage();
  const host = await stage.connect();
  await host.welcome();
  stage.line.end();
  await host.send({ ...PICTURE, sequence: 1 });
  await host.next("bye");
  host[Symbol.dispose]();
  await stage.line.closed;
  assert.equal(stage.line.failure, undefined);
  assert.deepEqual([stage.line.fruitful, stage.pictures], [false, []]);
});
