/**
 * Hosts that say all kinds of things and send no picture: none can keep a guest from noticing that,
 * nor from ending. And hosts whose pictures are of no time that can be.
 */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { encodeMessage, type HostMessage } from "../protocol/all.ts";
import { pause } from "../../lib/flow/timing.ts";
import { numberedJpeg } from "../support/numbered_pictures.ts";
import { say, TestHost } from "../support/peers.ts";
import { Program } from "../support/programs.ts";
import { type Rgb, Screen } from "../support/screen.ts";
import { testSideBySide } from "../support/side_by_side.ts";

const WELCOME: HostMessage = {
  type: "welcome",
  version: 1,
  host: "test",
  source: { description: "test", width: 320, height: 240, fps: 30, format: "" },
};
const LIVE: HostMessage = { type: "status", camera: "live" };
const SIZE = { width: 320, height: 240 };
const UNKNOWN = Uint8Array.of(0x43, 0x56, 1, 200, 0, 0, 0, 0, 0, 0, 0, 2, 9, 9);

/** So many of the same, as one piece. */
function repeated(message: Uint8Array, count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count * message.length);
  for (let at = 0; at < bytes.length; at += message.length) bytes.set(message, at);
  return bytes;
}

/** Writes the same again and again, as fast as it is taken. */
async function forEver(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (;;) for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

/** Says messages and then one of them again every tenth of a second, reading all the while. */
async function repeat(host: TestHost, again: (n: number) => HostMessage): Promise<void> {
  await host.send(WELCOME);
  const reading = (async () => {
    while (await host.receive());
  })();
  for (let n = 0;; n++) {
    await Promise.race([host.send(again(n)), reading.then(() => Promise.reject(new Gone()))]);
    // How often it says it is what this host is about.
    await pause(100, new AbortController().signal);
  }
}

/** The guest has gone. */
class Gone extends Error {}

interface HostRow {
  readonly what: string;
  /** What the host does, until the guest is gone. */
  readonly does: (host: TestHost) => Promise<unknown>;
}

const HOSTS: readonly HostRow[] = [
  { what: "says nothing", does: () => Promise.resolve() },
  { what: "says one byte", does: ({ connection }) => say(connection, "C") },
  { what: "says WELCOME and no more", does: (host) => host.welcome() },
  { what: "says every 0.1 s that its camera is live", does: (host) => repeat(host, () => LIVE) },
  {
    what: "sends PINGs and reads the answers",
    does: (host) => repeat(host, (n) => ({ type: "ping", t1: n })),
  },
  {
    what: "sends PINGs and never reads",
    does: async (host) => {
      await host.send(WELCOME, LIVE);
      await forEver(host.connection, repeated(encodeMessage({ type: "ping", t1: 1 }), 10_000));
    },
  },
  {
    what: "sends PINGs without a pause and takes the answers",
    does: async (host) => {
      const { connection } = host;
      await host.send(WELCOME, LIVE);
      void connection.readable.pipeTo(new WritableStream()).catch(() => {});
      await forEver(connection, repeated(encodeMessage({ type: "ping", t1: 1 }), 10_000));
    },
  },
  {
    what: "sends messages that nobody knows",
    does: async (host) => {
      await host.send(WELCOME);
      await forEver(host.connection, repeated(UNKNOWN, 10_000));
    },
  },
  {
    what: "sends pictures that are none",
    does: (host) => {
      const jpeg = new TextEncoder().encode("this is no picture");
      return repeat(host, (sequence) => ({ type: "frame", sequence, capturedAtMicros: 1, jpeg }));
    },
  },
  {
    what: "sends a bare stream without a picture",
    does: async ({ connection }) => {
      await connection.write(Uint8Array.of(0xff, 0xd8));
      await forEver(connection, new Uint8Array(64 * 1024).fill(0xaa));
    },
  },
];

/** Plays the host for every guest that connects, until it is disposed of. */
function serve(does: HostRow["does"]): { port: number } & AsyncDisposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const hosts: TestHost[] = [];
  const playing: Promise<unknown>[] = [];
  const accepting = (async () => {
    for await (const connection of listener) {
      const host = new TestHost(connection);
      hosts.push(host);
      // It ends when the guest is gone, however it finds out.
      playing.push(does(host).catch(() => {}));
    }
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const host of hosts) host[Symbol.dispose]();
      await Promise.all(playing);
    },
  };
}

const named = ({ what }: HostRow) => what;

testSideBySide("guest --timeout ends with a host that sends no picture", HOSTS, {
  name: named,
  test: async ({ does }) => {
    await using host = serve(does);
    const { code, words } = await Program.run("guest", [
      `127.0.0.1:${host.port}`,
      ...["--no-window", "--no-reconnect", "--timeout=2"],
    ]);
    assert.equal(words.at(-1), "guest: Cannot go on with the host: no picture for 2 s");
    assert.equal(code, 1);
    assert.ok(!words.includes("guest: live"), words.join("\n"));
  },
});

testSideBySide("guest ends on SIGTERM with a host that sends no picture", HOSTS, {
  name: named,
  test: async ({ does }) => {
    const connected = Promise.withResolvers<void>();
    await using host = serve((host) => {
      connected.resolve();
      return does(host);
    });
    await using guest = Program.start("guest", [
      `127.0.0.1:${host.port}`,
      ...["--no-window", "--timeout=3600"],
    ]);
    await connected.promise;
    await guest.line(/^guest: connecting/);
    guest.signal("SIGTERM");
    assert.equal((await guest.ending()).code, 0);
  },
});

for (const { what, does } of HOSTS.filter(({ what }) => /never reads|nobody knows/.test(what))) {
  Deno.test(`guest ends on q in its window with a host that ${what}`, async () => {
    await using screen = await Screen.start(SIZE);
    await using host = serve(does);
    await using guest = Program.start("guest", [`127.0.0.1:${host.port}`, "--timeout=3600"], {
      env: screen.env,
    });
    await guest.line(/^guest: connecting: waiting for the camera$/);
    await screen.press("image", "q");
    assert.equal((await guest.ending()).code, 0);
  });
}

// ── Ages ──

const MIDDLE_LEFT = { x: 20, y: 200 };
const isGreen = ([red, green, blue]: Rgb) => green > red + 20 && green > blue + 20;
const isGrey = ([red, green, blue]: Rgb) =>
  Math.abs(red - green) < 12 && Math.abs(green - blue) < 12 && red < 120;

/** How far ahead a host's clock is, and the times of its pictures by it. */
const CLOCKS: [string, number, (nowMicros: number) => number][] = [
  ["in the future", 1e12, (nowMicros) => nowMicros + 60e6],
  ["of the largest number", 1e12, () => Number.MAX_SAFE_INTEGER],
  ["hours old", 1e12, (nowMicros) => nowMicros - 5 * 3600e6],
];

/** A host whose clock is so far ahead, and whose pictures are of such times. */
async function playClock(
  host: TestHost,
  aheadMicros: number,
  capturedAt: (nowMicros: number) => number,
): Promise<void> {
  await host.send(WELCOME, LIVE);
  const jpeg = await numberedJpeg(1);
  let guestMicros = 0;
  for (let sequence = 1;;) {
    const message = await host.receive();
    if (!message) return;
    if (message.type === "ping") {
      guestMicros = message.t1;
      const t2 = guestMicros + aheadMicros;
      await host.send({ type: "pong", t1: message.t1, t2, t3: t2 });
    }
    if (message.type !== "ping" && message.type !== "ack") continue;
    const capturedAtMicros = capturedAt(guestMicros + aheadMicros);
    await host.send({ type: "frame", sequence: sequence++, capturedAtMicros, jpeg });
  }
}

for (const [what, aheadMicros, capturedAt] of CLOCKS) {
  Deno.test(`guest calls the age of pictures ${what} unknown, and never live`, async () => {
    await using screen = await Screen.start(SIZE);
    await using host = serve((host) => playClock(host, aheadMicros, capturedAt));
    await using guest = Program.start("guest", [
      `127.0.0.1:${host.port}`,
      "--stats=json",
    ], { env: screen.env });
    await screen.pixel(MIDDLE_LEFT, "grey", isGrey);
    await guest.guestReport(({ shown }) => shown > 10);
    const stats = guest.guestStats.filter(({ shown }) => shown > 0);
    for (const { pictureAgeMs, ageMsP50, ageMsMax, handOverAgeMsP99, shown, stale } of stats) {
      const ages = [pictureAgeMs, ageMsP50, ageMsMax, handOverAgeMsP99];
      assert.deepEqual(ages, [null, null, null, null]);
      assert.equal(stale, shown);
    }
    await screen.pixel(MIDDLE_LEFT, "grey", isGrey);
  });
}

Deno.test("guest shows pictures as live whose host is far ahead by its clock, and says what that shows", async () => {
  await using screen = await Screen.start(SIZE);
  await using host = serve((host) => playClock(host, 4e15, (nowMicros) => nowMicros));
  await using guest = Program.start("guest", [
    `127.0.0.1:${host.port}`,
    ...["--stats=json", "--max-age=60000"],
  ], { env: screen.env });
  await screen.pixel(MIDDLE_LEFT, "green", isGreen);
  const { pictureAgeMs } = await guest.guestReport(({ shown }) => shown > 0);
  assert.ok(pictureAgeMs !== null && pictureAgeMs >= 0);
});
