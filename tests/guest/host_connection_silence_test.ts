/** Hosts that fall silent, or say everything but pictures: how long the guest waits for them. */

import assert from "node:assert/strict";
import {
  ASK_AFTER_MICROS,
  HOST_SILENCE_LIMIT_MICROS,
  SUSPICIOUS_SILENCE_MICROS,
  WELCOME_TIMEOUT_MICROS,
} from "../../lib/guest/host_patience.ts";
import { HostConnection } from "../../lib/guest/host_connection.ts";
import { monotonicMicros } from "../../lib/opencv/mod.ts";
import { encodeMessage, type HostMessage } from "../protocol/all.ts";
import "../support/bridge.ts";
import { captureVideoError } from "../support/errors.ts";
import { frame, LIVE, readingOnly, Stage, TIMEOUT_MICROS } from "./connection_stage.ts";

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

Deno.test("HostConnection ends with a host that was not heard for 15 s, whatever it owes", async () => {
  await using stage = await Stage.welcomed({ timeoutMicros: 60_000_000 });
  const before = stage.nowMicros;
  captureVideoError("connection", /^Cannot go on with the host: nothing heard for 15 s$/)(
    await stage.over(),
  );
  const micros = stage.nowMicros - before;
  assert.ok(micros > HOST_SILENCE_LIMIT_MICROS && micros < HOST_SILENCE_LIMIT_MICROS + 1e6);
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
    // It is judged behind each message: never before its time, and within two of them.
    assert.ok(n / 2 > seconds && n / 2 <= seconds + 1, `after ${n / 2} s`);
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
