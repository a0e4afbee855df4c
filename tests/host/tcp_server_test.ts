import assert from "node:assert/strict";
import "../support/bridge.ts";
import { CameraFeed } from "../../lib/channel/camera_feed.ts";
import { Channel } from "../../lib/channel/channel.ts";
import { Demand } from "../../lib/channel/demand.ts";
import {
  Admission,
  MAX_PENDING,
  MAX_PENDING_PER_ADDRESS,
  YIELD_AFTER_MICROS,
} from "../../lib/host/admission.ts";
import { TcpServer } from "../../lib/host/tcp_server.ts";
import { HELLO_TIMEOUT_MICROS } from "../../lib/host/guest_session.ts";
import { PictureEncoder } from "../../lib/channel/picture_encoder.ts";
import { SILENCE_LIMIT_MICROS } from "../../lib/channel/session.ts";
import { connectionPair, TestGuest } from "../support/peers.ts";
import { ScriptedSource } from "../support/scripted_source.ts";
import { until } from "../support/until.ts";

/** A server whose guests come from wherever the test says, at times that the test tells. */
class Stage implements AsyncDisposable {
  readonly log: string[] = [];
  readonly troubles: string[] = [];
  readonly bugs: unknown[] = [];
  readonly listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly server: TcpServer;
  nowMicros = 1_000_000_000;
  readonly #camera: CameraFeed;
  readonly #encoder = new PictureEncoder(80);
  readonly #source = new ScriptedSource();
  readonly #stop = new AbortController();
  readonly #guests: TestGuest[] = [];
  readonly #served: Promise<void>;

  constructor({ maxGuests = 3, legacy = false } = {}) {
    const report = {
      state: () => {},
      damaged: (error: Error) => assert.fail(error),
      joined: (peer: string) => void this.log.push(`${peer} joined`),
      left: (peer: string, reason: string, welcomed: boolean) =>
        void this.log.push(`${welcomed ? "guest" : "client"} ${peer}: ${reason}`),
      notAccepted: ({ message }: Error) => void this.troubles.push(message),
      bug: (error: unknown) => void this.bugs.push(error),
    };
    const now = () => this.nowMicros;
    const encoder = this.#encoder;
    const demand = new Demand(encoder.fullOptions);
    const camera = this.#camera = new CameraFeed({
      source: { requested: this.#source.info, open: () => Promise.resolve(this.#source) },
      lingerMs: 0,
      deviceTimeoutMs: 60_000,
      report,
    });
    this.server = new TcpServer({
      channel: new Channel({ camera, demand, encoder, now, report }),
      admission: new Admission({ maxGuests, maxPerAddress: 2 }),
      hostname: "test",
      fps: 30,
      legacy,
      now,
      report,
    });
    this.#served = this.server.serve(this.listener, this.#stop.signal);
  }

  /** Whether somebody wants the camera's pictures. */
  get wantsCamera(): boolean {
    return this.#camera.open;
  }

  /** A client comes, from an address of the test's choice. */
  async client(address: string, peer = address): Promise<TestGuest> {
    const [ours, theirs] = await connectionPair();
    this.server.take(ours, { address, peer });
    const guest = new TestGuest(theirs);
    this.#guests.push(guest);
    return guest;
  }

  /** A guest comes and is welcomed. */
  async guest(address: string, peer = address): Promise<TestGuest> {
    const guest = await this.client(address, peer);
    await guest.hello();
    await guest.next("welcome");
    return guest;
  }

  /** What a guest is told that comes now. */
  async refusal(address: string): Promise<string> {
    const guest = await this.client(address);
    await guest.hello();
    return await guest.farewell();
  }

  /** The guests that are there, by their peers. */
  get peers(): string[] {
    return this.server.guests().map(({ peer }) => peer);
  }

  /** Waits until something is in the log. */
  async logged(line: string): Promise<void> {
    await until(`"${line}" in the log`, () => this.log.includes(line));
  }

  /** Ends the server. */
  async stop(reason?: unknown): Promise<void> {
    this.#stop.abort(reason);
    await this.#served;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const guest of this.#guests) guest[Symbol.dispose]();
    await this.stop();
    const closing = this.#camera[Symbol.asyncDispose]();
    if (this.#source.asked) this.#source.give(0);
    await closing;
    await this.#encoder[Symbol.asyncDispose]();
  }
}

Deno.test("TcpServer takes guests in, and tells when they come and go", async () => {
  await using stage = new Stage();
  assert.equal(stage.wantsCamera, false);
  const one = await stage.guest("a");
  assert.deepEqual(stage.peers, ["a"]);
  assert.equal(stage.wantsCamera, true);
  const other = await stage.guest("b");
  await one.send({ type: "bye", reason: "enough seen" });
  one[Symbol.dispose]();
  await stage.logged("guest a: enough seen");
  assert.deepEqual(stage.peers, ["b"]);
  other[Symbol.dispose]();
  await stage.logged("guest b: left");
  await until("the camera let go", () => !stage.wantsCamera);
  assert.deepEqual(stage.log, ["a joined", "b joined", "guest a: enough seen", "guest b: left"]);
});

Deno.test("TcpServer takes no more than --max-guests, until one has left", async () => {
  await using stage = new Stage();
  const first = await stage.guest("a");
  await stage.guest("b");
  await stage.guest("c");
  assert.equal(await stage.refusal("d"), "the host serves 3 guests at most (--max-guests)");
  first[Symbol.dispose]();
  await stage.logged("guest a: left");
  await stage.guest("e");
  assert.deepEqual(stage.peers, ["b", "c", "e"]);
});

Deno.test("TcpServer takes no more than --max-per-address from one address", async () => {
  await using stage = new Stage();
  await stage.guest("a", "a:1");
  await stage.guest("a", "a:2");
  assert.equal(
    await stage.refusal("a"),
    "the host serves 2 guests from one address at most (--max-per-address)",
  );
  await stage.guest("b");
  assert.deepEqual(stage.peers, ["a:1", "a:2", "b"]);
});

Deno.test("TcpServer gives the place of a guest that fell silent to the one that comes", async () => {
  await using stage = new Stage({ maxGuests: 2 });
  await stage.guest("a");
  stage.nowMicros += 1;
  const lively = await stage.guest("b");
  stage.nowMicros += YIELD_AFTER_MICROS - 1;
  assert.match(await stage.refusal("c"), /^the host serves 2 guests at most/);
  await lively.send({ type: "ping", t1: 1 });
  await lively.next("ping");
  stage.nowMicros += 1;
  await stage.guest("d");
  await stage.logged("guest a: it was silent, and another guest came");
  assert.deepEqual(stage.peers, ["b", "d"]);
});

Deno.test("TcpServer lets the oldest client go when too many of one address say nothing", async () => {
  await using stage = new Stage();
  const guest = await stage.guest("a");
  const other = await stage.client("b");
  for (let count = 0; count < MAX_PENDING_PER_ADDRESS; count++) {
    await stage.client("a", `a:${count}`);
  }
  assert.ok(stage.log.every((line) => !line.startsWith("client")));
  await stage.client("a", "a:last");
  await stage.logged("client a:0: too many connections that have not said HELLO");
  assert.equal(stage.log.filter((line) => line.startsWith("client")).length, 1);
  // Neither guests nor clients of other addresses are touched.
  await other.hello();
  await other.next("welcome");
  await guest.send({ type: "bye", reason: "enough seen" });
  guest[Symbol.dispose]();
  await stage.logged("guest a: enough seen");
});

Deno.test("TcpServer lets the oldest client go when too many say nothing, wherever they are", async () => {
  await using stage = new Stage();
  for (let number = 0; number <= MAX_PENDING; number++) {
    const gone = Promise.withResolvers<null>();
    stage.server.take({
      read: () => gone.promise,
      write: (bytes) => Promise.resolve(bytes.length),
      closeWrite: () => Promise.resolve(),
      close: () => gone.resolve(null),
    }, { address: `${number}`, peer: `${number}` });
  }
  await stage.logged("client 0: too many connections that have not said HELLO");
  assert.equal(stage.log.length, 1);
});

Deno.test("TcpServer does not hold it against a guest that it stood still itself", async () => {
  await using stage = new Stage();
  const guest = await stage.guest("a");
  const client = await stage.client("b");
  stage.nowMicros += SILENCE_LIMIT_MICROS + 500_000;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500);
  assert.equal(await client.farewell(), "no HELLO within 5 s");
  await guest.send({ type: "ping", t1: 1 });
  await guest.next("pong");
});

Deno.test("TcpServer lets a client go that says nothing, at its next tick", async () => {
  await using stage = new Stage();
  const client = await stage.client("a");
  stage.nowMicros += HELLO_TIMEOUT_MICROS + 1;
  assert.equal(await client.farewell(), "no HELLO within 5 s");
  client[Symbol.dispose]();
  await stage.logged("client a: no HELLO within 5 s");
});

Deno.test("TcpServer.serve() accepts over TCP, and counts by address", async () => {
  await using stage = new Stage();
  const { port } = stage.listener.addr;
  using one = await TestGuest.connect(port);
  using other = await TestGuest.connect(port);
  for (const guest of [one, other]) {
    await guest.hello();
    await guest.next("welcome");
  }
  using third = await TestGuest.connect(port);
  await third.hello();
  assert.match(await third.farewell(), /from one address at most/);
  const ports = [one, other].map(({ connection }) => (connection.localAddr as Deno.NetAddr).port);
  assert.deepEqual(stage.peers, ports.map((port) => `127.0.0.1:${port}`));
});

Deno.test("TcpServer.serve() goes on when a connection cannot be accepted", async () => {
  await using stage = new Stage();
  const stop = new AbortController();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let refusals = 3;
  let othersHadTheirTurn = true;
  const served = stage.server.serve({
    accept: () => {
      if (refusals === 0) return listener.accept();
      refusals--;
      assert.ok(othersHadTheirTurn, "it does nothing but try again");
      othersHadTheirTurn = false;
      setTimeout(() => othersHadTheirTurn = true, 0);
      return Promise.reject(new Error("too many open files"));
    },
    close: () => listener.close(),
  }, stop.signal);
  using guest = await TestGuest.connect(listener.addr.port);
  await guest.hello();
  await guest.next("welcome");
  assert.deepEqual(stage.troubles, Array(3).fill("too many open files"));
  guest[Symbol.dispose]();
  stop.abort();
  await served;
});

Deno.test("TcpServer.serve() passes over a connection that is gone when it is accepted", async () => {
  await using stage = new Stage();
  const stop = new AbortController();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const gone: Deno.TcpConn[] = [];
  const served = stage.server.serve({
    accept: async () => {
      const connection = await listener.accept();
      if (gone.length > 0) return connection;
      gone.push(connection);
      const fault = Object.assign(new Error("os error 22"), { code: "EINVAL" });
      return Object.assign(connection, { setNoDelay: () => assert.fail(fault) });
    },
    close: () => listener.close(),
  }, stop.signal);
  using unlucky = await TestGuest.connect(listener.addr.port);
  assert.equal(await unlucky.receive(), undefined);
  using guest = await TestGuest.connect(listener.addr.port);
  await guest.hello();
  await guest.next("welcome");
  assert.deepEqual(stage.troubles, []);
  guest[Symbol.dispose]();
  stop.abort();
  await served;
});

Deno.test("TcpServer goes on when a session fails, and tells the bug", async () => {
  await using stage = new Stage();
  const guest = await stage.guest("a");
  const fault = new TypeError("x is undefined");
  stage.server.take({
    read: () => Promise.reject(fault),
    write: () => Promise.reject(fault),
    closeWrite: () => Promise.resolve(),
    close: () => {},
  }, { address: "b", peer: "b" });
  await stage.logged("client b: failed");
  assert.deepEqual(stage.bugs, [fault]);
  await guest.send({ type: "ping", t1: 1 });
  await guest.next("pong");
});

Deno.test("TcpServer tells everyone why it ends, and waits until they have heard", async () => {
  for (
    const [reason, words] of [
      ["the video has ended", "the video has ended"],
      [new DOMException("SIGINT received", "AbortError"), "the host was ended"],
    ] as const
  ) {
    await using stage = new Stage();
    const guest = await stage.guest("a");
    const client = await stage.client("b");
    const stopped = stage.stop(reason);
    assert.equal(await guest.farewell(), words);
    assert.equal(await client.farewell(), words);
    guest[Symbol.dispose]();
    client[Symbol.dispose]();
    await stopped;
    assert.deepEqual(stage.peers, []);
    await assert.rejects(Deno.connect({ hostname: "127.0.0.1", port: stage.listener.addr.port }));
  }
});

Deno.test("TcpServer does not wait for those that do not hear that it ends", async () => {
  await using stage = new Stage();
  // Neither closes its end, and the clock that sessions look at does not go on.
  const guest = await stage.guest("a");
  const client = await stage.client("b");
  await stage.stop("enough");
  assert.deepEqual(stage.log.slice(-2), ["guest a: enough", "client b: enough"]);
  assert.equal(await guest.farewell(), "enough");
  assert.equal(await client.farewell(), "enough");
});

Deno.test("TcpServer.serve() serves nobody when it is stopped before it begins", async () => {
  await using stage = new Stage();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  // It waits to be accepted, and has said all that a guest needs to say.
  using guest = await TestGuest.connect(listener.addr.port);
  await guest.hello();
  await stage.server.serve(listener, AbortSignal.abort("enough"));
  assert.deepEqual(stage.log, []);
  // The listener was closed, and with it what nobody had accepted.
  assert.equal(await guest.receive(), undefined);
  await assert.rejects(
    TestGuest.connect(listener.addr.port),
    Deno.errors.ConnectionRefused,
  );
});

Deno.test("TcpServer serves those that speak and those that wait for pictures, where there is room", async () => {
  await using stage = new Stage({ legacy: true, maxGuests: 1 });
  const guest = await stage.guest("a");
  const other = await stage.client("b");
  // There is no room for one that says nothing either.
  await stage.logged("client b: no room for it");
  assert.equal(await other.receive(), undefined);
  assert.ok(!stage.log.includes("b joined"), "it was let in before");
  guest[Symbol.dispose]();
  await stage.logged("guest a: left");
  const late = await stage.client("c");
  await stage.logged("c joined");
  assert.deepEqual(stage.peers, ["c"]);
  await late.hello();
  await stage.logged("guest c: it spoke the protocol too late");
  const gone = await stage.client("d");
  gone[Symbol.dispose]();
  await stage.logged("client d: left");
});

Deno.test("TcpServer ends those of whom it is not known yet what they are, without waiting", async () => {
  await using stage = new Stage({ legacy: true });
  await stage.client("a");
  await stage.stop("enough");
  assert.deepEqual(stage.log, ["client a: enough"]);
});
