/** How the guest's connection to its host ends, and how it falls silent. */

import assert from "node:assert/strict";
import {
  ASK_AFTER_MICROS,
  HOST_SILENCE_LIMIT_MICROS,
  SUSPICIOUS_SILENCE_MICROS,
  WELCOME_TIMEOUT_MICROS,
} from "../../lib/guest/host_patience.ts";
import { HostConnection } from "../../lib/guest/host_connection.ts";
import { monotonicMicros } from "../../lib/opencv/mod.ts";
import { encodeMessage, type HostMessage } from "../../lib/protocol/mod.ts";
import "../support/bridge.ts";
import { captureVideoError } from "../support/errors.ts";
import { frame, LIVE, readingOnly, Stage, TIMEOUT_MICROS } from "./connection_stage.ts";

Deno.test("HostConnection says BYE when it is to end, and resolves", async () => {
  await using stage = await Stage.welcomed();
  stage.connection.end();
  assert.deepEqual(await stage.host.next("bye"), { type: "bye", reason: "the guest ended" });
  assert.equal(await stage.host.receive(), undefined);
  assert.equal(await stage.ended, undefined);
});

Deno.test("HostConnection ends also with a host that reads nothing", async () => {
  await using stage = await Stage.welcomed({ wrap: readingOnly(1) });
  await stage.host.send(frame(1));
  await stage.hasPictures(1);
  stage.connection.end();
  assert.equal(await stage.over(), undefined);
});

/** What the host does, and how the connection then ends. */
const ENDS: [string, (stage: Stage) => Promise<void>, ReturnType<typeof captureVideoError>][] = [
  [
    "says BYE",
    ({ host }) => host.send({ type: "bye", reason: "the video has ended" }),
    captureVideoError("refused", /^Cannot go on: the host says the video has ended$/),
  ],
  [
    "says BYE for good",
    ({ host }) => host.send({ type: "bye", reason: "other versions only", retry: false }),
    captureVideoError("turned-away", /^Cannot go on: the host says other versions only$/),
  ],
  [
    "says WELCOME twice",
    ({ host }) => host.welcome(),
    captureVideoError("protocol", /^Cannot accept WELCOME from the host: it was said before$/),
  ],
  [
    "sends a picture twice",
    ({ host }) => host.send(frame(7), frame(7)),
    captureVideoError("protocol", /^Cannot accept FRAME .*: number 7 does not come after 7$/),
  ],
  [
    "sends an earlier picture",
    ({ host }) => host.send(frame(1), frame(0xffff_ffff)),
    captureVideoError("protocol", /: number 4294967295 does not come after 1$/),
  ],
  [
    "closes the connection",
    ({ host }) => Promise.resolve(host.connection.close()),
    captureVideoError("connection", /^Cannot go on: the host (closed the connection|is gone)$/),
  ],
  [
    "stops sending, and would still read",
    ({ host }) => host.connection.closeWrite(),
    captureVideoError("connection", /^Cannot go on: the host closed the connection$/),
  ],
  [
    "closes in the middle of a picture",
    async ({ host }) => {
      await host.send(Uint8Array.of(0x43, 0x56, 1, 3, 0, 0, 0, 0, 0, 1, 0, 0, 9, 9, 9));
      host.connection.close();
    },
    captureVideoError("connection", /^Cannot go on: the host (closed the connection|is gone)$/),
  ],
  [
    "announces a picture of 4 GB",
    ({ host }) => host.send(Uint8Array.of(0x43, 0x56, 1, 3, 0, 0, 0, 0, 255, 255, 255, 255)),
    captureVideoError("protocol", /4294967295/),
  ],
  [
    "sends what only a guest may",
    ({ host }) => host.send(Uint8Array.of(0x43, 0x56, 1, 4, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 1)),
    captureVideoError("protocol", /^Cannot read message: a host may not send ACK$/),
  ],
  [
    "sends nothing for 15 s",
    async (stage) => await stage.pass(HOST_SILENCE_LIMIT_MICROS + 500_000),
    captureVideoError(
      "connection",
      /^Cannot go on with the host: no(thing heard| picture) for 1\d s$/,
    ),
  ],
];

for (const [what, act, isExpected] of ENDS) {
  Deno.test(`HostConnection rejects when the host ${what}`, async () => {
    await using stage = await Stage.welcomed();
    await act(stage);
    isExpected(await stage.over());
  });
}

/** What a host may not begin with. */
const BEGINNINGS: [string, HostMessage, RegExp][] = [
  ["FRAME", frame(1), /^Cannot accept FRAME from the host: the first message is WELCOME$/],
  ["STATUS", LIVE, /^Cannot accept STATUS from the host: the first message is WELCOME$/],
  ["PING", { type: "ping", t1: 1 }, /^Cannot accept PING .*: the first message is WELCOME$/],
  [
    "a version that was not offered",
    {
      type: "welcome",
      version: 2,
      host: "test",
      source: { description: "", width: 0, height: 0, fps: 0, format: "" },
    },
    /^Cannot talk to a host that chose protocol 2: this guest speaks 1$/,
  ],
];

for (const [what, message, words] of BEGINNINGS) {
  Deno.test(`HostConnection rejects a host that begins with ${what}, and says why`, async () => {
    await using stage = await Stage.set();
    await stage.host.send(message);
    captureVideoError("protocol", words)(await stage.over());
    assert.match((await stage.host.next("bye")).reason, words);
    assert.deepEqual(stage.pictures, []);
  });
}

Deno.test("HostConnection takes any first number, gaps, and the step over the largest", async () => {
  await using stage = await Stage.welcomed();
  for (const sequence of [0xffff_fff0, 0xffff_ffff, 0, 1, 1000]) {
    await stage.host.send(frame(sequence));
    assert.equal((await stage.host.next("ack")).sequence, sequence);
  }
});

Deno.test("HostConnection hands on the picture in front of a BYE, which needs no ACK", async () => {
  await using stage = await Stage.welcomed();
  const bye = { type: "bye", reason: "the video has ended" } as const;
  await stage.host.send(await new Blob([encodeMessage(frame(1)), encodeMessage(bye)]).bytes());
  captureVideoError("refused", /the video has ended$/)(await stage.over());
  assert.equal(stage.pictures.length, 1);
});

Deno.test("HostConnection passes over messages of unknown type, also before WELCOME", async () => {
  await using stage = await Stage.set();
  const unknown = Uint8Array.of(0x43, 0x56, 1, 200, 0, 0, 0, 0, 0, 0, 0, 2, 9, 9);
  await stage.host.send(unknown);
  await stage.host.welcome();
  await stage.host.send(unknown, frame(1));
  await stage.hasPictures(1);
});

Deno.test("HostConnection tells a host what is wrong with what it sends", async () => {
  await using stage = await Stage.welcomed();
  await stage.host.send(new Uint8Array(12));
  assert.match((await stage.host.next("bye")).reason, /^Cannot read message: the other side sent/);
});

Deno.test("HostConnection waits 5 s for a host that says nothing", async () => {
  await using stage = await Stage.set();
  await stage.pass(WELCOME_TIMEOUT_MICROS);
  await stage.host.next("ping");
  await stage.pass(500_000);
  captureVideoError("connection", /^Cannot go on with the host: it says nothing$/)(
    await stage.over(),
  );
});

Deno.test("HostConnection waits 5 s for the WELCOME of a host that says something else", async () => {
  await using stage = await Stage.set();
  await stage.host.send(Uint8Array.of(0x43, 0x56, 1, 200, 0, 0, 0, 0, 0, 0, 0, 0));
  await stage.has("answer");
  captureVideoError("connection", /^Cannot go on with the host: no WELCOME within 5 s$/)(
    await stage.over(),
  );
});

const NO_PICTURE = captureVideoError(
  "connection",
  /^Cannot go on with the host: no picture for 10 s$/,
);
const UNKNOWN = Uint8Array.of(0x43, 0x56, 1, 200, 0, 0, 0, 0, 0, 0, 0, 0);

/** What a host says instead of pictures, again and again, and for how long the guest listens. */
const INSTEAD: [string, (n: number) => HostMessage | Uint8Array, number][] = [
  ["PING", () => ({ type: "ping", t1: 1 }), 10],
  ["that its camera is live", () => LIVE, 10],
  ["what nobody knows", () => UNKNOWN, 10],
  ["what is no picture", (n) => frame(n), 10],
  ["that its camera is lost and live again", (n) => n % 2 ? LIVE : { ...LIVE, camera: "lost" }, 20],
  ["that its camera starts", () => ({ ...LIVE, camera: "starting" }), 70],
  ["that its camera starts, or is live", (n) => n % 2 ? LIVE : { ...LIVE, camera: "starting" }, 20],
];

for (const [what, message, seconds] of INSTEAD) {
  Deno.test(`HostConnection ends after ${seconds} s with a host that only says ${what}`, async () => {
    await using stage = await Stage.welcomed({ hasPictures: false });
    let over = false;
    stage.ended.finally(() => over = true);
    let n = 0;
    for (; !over; n++) {
      // No time passes before the guest has heard it, which its answer to a PING behind it tells.
      await stage.host.send(message(n), { type: "ping", t1: 1 }).catch(() => {});
      await stage.host.next("pong").catch(() => {});
      await stage.pass(500_000);
    }
    NO_PICTURE(await stage.ended);
    assert.ok(Math.abs(n / 2 - seconds) <= 1, `after ${n / 2} s`);
  });
}

Deno.test("HostConnection ends with a host that sends PINGs and never reads what they are answered", async () => {
  await using stage = await Stage.welcomed({ wrap: readingOnly(1) });
  for (let round = 0; round < 5; round++) await stage.host.send({ type: "ping", t1: round });
  NO_PICTURE(await stage.over());
});

Deno.test("HostConnection ends with a host that sends pictures and never reads that they came", async () => {
  await using stage = await Stage.welcomed({ wrap: readingOnly(1), timeoutMicros: 60_000_000 });
  for (let number = 0; number < 5; number++) await stage.host.send(frame(number));
  captureVideoError("connection", /the host: it has read nothing for 15 s$/)(await stage.over());
});

Deno.test("HostConnection waits for a camera that is lost for as long as the host is heard", async () => {
  await using stage = await Stage.welcomed();
  await stage.host.send({ type: "status", camera: "lost", why: "unplugged" });
  await stage.has("lost");
  for (let passed = 0; passed < 20 * TIMEOUT_MICROS; passed += 1_000_000) {
    await stage.host.send({ type: "ping", t1: 1 });
    await stage.host.next("pong");
    await stage.pass(1_000_000);
  }
  await stage.host.send(LIVE);
  await stage.has("live", 2);
  await stage.host.send(frame(1));
  assert.equal((await stage.host.next("ack")).sequence, 1);
});

Deno.test("HostConnection waits for two pictures at the rate it asked for", async () => {
  await using stage = await Stage.welcomed({ maxFps: 0.1 });
  const alive = async (micros: number) => {
    for (let passed = 0; passed < micros; passed += 1_000_000) {
      await stage.host.send({ type: "ping", t1: 1 });
      await stage.host.next("pong");
      await stage.pass(1_000_000);
    }
  };
  await alive(19_000_000);
  await stage.host.send(frame(1));
  await stage.hasPictures(1);
  await alive(19_000_000);
  captureVideoError("connection", /no picture for 20 s$/)(await stage.over());
});

Deno.test("HostConnection asks a silent host for a sign of life, and tells of its silence", async () => {
  await using stage = await Stage.welcomed();
  await stage.pass(ASK_AFTER_MICROS + 500_000);
  await stage.host.next("ping");
  assert.ok(!stage.said.includes("silent"));
  await stage.pass(SUSPICIOUS_SILENCE_MICROS);
  assert.equal(stage.said.at(-1), "silent");
  await stage.host.send(LIVE);
  await stage.has("heard");
  assert.deepEqual(stage.said.slice(-3), ["silent", "heard", "live"]);
});

Deno.test("HostConnection does not blame the host for what we did not listen to", async () => {
  await using stage = await Stage.welcomed({
    onPicture: () => stage.time.block(2 * HOST_SILENCE_LIMIT_MICROS / 1000),
  });
  await stage.host.send(frame(1));
  await stage.hasPictures(1);
  await stage.pass(1_000_000);
  assert.equal((await stage.host.next("ack")).sequence, 1);
  assert.equal(stage.connection.hearing, "heard");
  assert.ok(!stage.said.includes("silent"));
});

Deno.test("HostConnection notices that no picture comes while its reads never have to wait", async () => {
  const pings = await new Blob(Array(1000).fill(encodeMessage({ type: "ping", t1: 1 }))).bytes();
  let next = encodeMessage({
    type: "welcome",
    version: 1,
    host: "test",
    source: { description: "test", width: 320, height: 240, fps: 30, format: "" },
  });
  let endsAtMs = performance.now() + 10_000;
  const connection = new HostConnection({
    dial: () =>
      Promise.resolve({
        read(into) {
          into.set(next);
          const { length } = next;
          next = pings;
          return Promise.resolve(performance.now() < endsAtMs ? length : null);
        },
        write: ({ length }) => Promise.resolve(length),
        closeWrite: () => Promise.resolve(),
        close() {
          endsAtMs = 0;
        },
      }),
    now: monotonicMicros,
    program: "test",
    timeoutMicros: 500_000,
    onEvent: () => {},
    onHearing: () => {},
  });
  await connection.closed;
  captureVideoError("connection", /no picture for 0\.5 s$/)(connection.failure);
});

Deno.test("HostConnection does not blame the host for a time in which this program stood still", async () => {
  await using stage = await Stage.welcomed();
  stage.time.block(60_000);
  await stage.pass(1_000_000);
  await stage.host.send(frame(1));
  await stage.hasPictures(1);
});
