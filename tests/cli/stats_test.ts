import assert from "node:assert/strict";
import {
  formatStatsLine,
  type GuestConnectionStats,
  type GuestStats,
  type HostStats,
  StatsPrinter,
} from "../../lib/cli/stats.ts";
import { FakeTime } from "../support/fake_time.ts";

const CONNECTION: GuestConnectionStats = {
  peer: "127.0.0.1:40000",
  camera: "camera",
  sentFps: 29.96,
  sent: 300,
  skipped: 2,
  inFlight: 1,
  rendition: "full",
  rttMs: 0.34,
};

const LIVE = { camera: "live", captureFps: 30, encodeMsP50: 4.12, frameBytes: 76_400 } as const;
const IDLE = { camera: "idle", captureFps: 0, encodeMsP50: null, frameBytes: null } as const;

const HOST: HostStats = {
  program: "host",
  timeSec: 10.2,
  ...LIVE,
  guests: [CONNECTION],
  cameras: [{ name: "camera", ...LIVE }],
};

const GUEST: GuestStats = {
  program: "guest",
  timeSec: 10.2,
  state: "live",
  receivedFps: 30,
  shownFps: 29.5,
  received: 300,
  shown: 298,
  replaced: 1,
  damaged: 0,
  omitted: 0,
  stale: 0,
  pictureAgeMs: 21.5,
  ageMsP50: 8.51,
  ageMsP99: 12,
  ageMsMax: 20.06,
  handOverAgeMsP50: 6.5,
  handOverAgeMsP99: 9,
  megabitsPerSec: 18.24,
  reconnects: 0,
};

Deno.test("formatStatsLine() tells a host's second in a line", () => {
  assert.equal(
    formatStatsLine(HOST),
    "10 s: camera live, 30.0 frames/s captured, JPEG in 4.1 ms, 76.4 kB, 1 guest; " +
      "127.0.0.1:40000 30.0 frames/s sent, 2 skipped, 1 in flight, round trip 0.3 ms",
  );
});

Deno.test("formatStatsLine() leaves out what a host does not know yet", () => {
  const idle: HostStats = {
    ...HOST,
    ...IDLE,
    cameras: [{ name: "camera", ...IDLE }],
    guests: [{ ...CONNECTION, rttMs: null }],
  };
  assert.equal(
    formatStatsLine(idle),
    "10 s: camera idle, 0.0 frames/s captured, 1 guest; " +
      "127.0.0.1:40000 30.0 frames/s sent, 2 skipped, 1 in flight",
  );
});

Deno.test("formatStatsLine() tells several cameras by their names, and whose a guest is", () => {
  const cameras = [{ name: "front", ...IDLE }, { name: "desk", ...LIVE }];
  assert.equal(
    formatStatsLine({ ...HOST, cameras, guests: [{ ...CONNECTION, camera: "desk" }] }),
    "10 s: front idle; desk live, 30.0 frames/s captured, JPEG in 4.1 ms, 76.4 kB; 1 guest; " +
      "127.0.0.1:40000 desk 30.0 frames/s sent, 2 skipped, 1 in flight, round trip 0.3 ms",
  );
});

Deno.test("formatStatsLine() names three guests and counts the others", () => {
  const guests = ["a", "b", "c", "d", "e"].map((peer) => ({ ...CONNECTION, peer }));
  const parts = formatStatsLine({ ...HOST, guests }).split("; ");
  assert.match(parts[0]!, /, 5 guests$/);
  assert.deepEqual(parts.slice(1).map((part) => part.split(" ")[0]), ["a", "b", "c", "and"]);
  assert.equal(parts.at(-1), "and 2 more");
  assert.match(formatStatsLine({ ...HOST, guests: [] }), /, 0 guests$/);
});

Deno.test("formatStatsLine() tells which guest is sent smaller pictures", () => {
  assert.match(
    formatStatsLine({ ...HOST, guests: [{ ...CONNECTION, rendition: "small" }] }),
    /, 1 in flight, small pictures, round trip 0\.3 ms$/,
  );
});

Deno.test("formatStatsLine() tells a guest's second in a line", () => {
  assert.equal(
    formatStatsLine(GUEST),
    "10 s: live, 29.5 frames/s shown, 30.0 frames/s received, 18.2 Mbit/s, " +
      "age 8.5 ms (99 % under 12.0, most 20.1), 1 replaced, 0 damaged, 0 reconnects",
  );
});

Deno.test("formatStatsLine() counts stale pictures where there are any", () => {
  assert.match(formatStatsLine({ ...GUEST, stale: 3 }), /, 0 damaged, 3 stale, 0 reconnects$/);
});

Deno.test("formatStatsLine() counts pictures that were not written where there are any", () => {
  assert.match(formatStatsLine({ ...GUEST, omitted: 3 }), /, 0 damaged, 3 not written, 0 recon/);
});

Deno.test("formatStatsLine() leaves out an age that is not known", () => {
  const connecting: GuestStats = {
    ...GUEST,
    state: "connecting",
    ageMsP50: null,
    ageMsP99: null,
    ageMsMax: null,
    handOverAgeMsP50: null,
    handOverAgeMsP99: null,
    reconnects: 1,
  };
  assert.equal(
    formatStatsLine(connecting),
    "10 s: connecting, 29.5 frames/s shown, 30.0 frames/s received, 18.2 Mbit/s, " +
      "1 replaced, 0 damaged, 1 reconnect",
  );
});

/** A printer, in a time that the test sets. */
function printing(mode: "off" | "line" | "json") {
  const time = new FakeTime();
  const lines: string[] = [];
  let snapshots = 0;
  const printer = new StatsPrinter({
    mode,
    snapshot: () => ({ ...GUEST, received: ++snapshots }),
    write: (line) => lines.push(line),
  });
  return { time, printer, lines, [Symbol.dispose]: () => time[Symbol.dispose]() };
}

Deno.test("StatsPrinter prints the designed JSON, a fresh snapshot each second", async () => {
  using stage = printing("json");
  await stage.time.advance(999);
  assert.deepEqual(stage.lines, []);
  await stage.time.advance(2001);
  const objects = stage.lines.map((line) => JSON.parse(line));
  assert.deepEqual(objects.map(({ received }) => received), [1, 2, 3]);
  assert.deepEqual(objects[0], { ...GUEST, received: 1 });
});

Deno.test("StatsPrinter prints lines with the program's name", async () => {
  using stage = printing("line");
  await stage.time.advance(1000);
  assert.deepEqual(stage.lines, [`guest: ${formatStatsLine(GUEST)}`]);
});

Deno.test("StatsPrinter prints a last report when its block is left, once, and no timer is left", () => {
  using stage = printing("json");
  {
    using printer = stage.printer;
    printer[Symbol.dispose]();
  }
  assert.equal(stage.lines.length, 1);
  assert.equal(stage.time.waiting, 0);
});

Deno.test("StatsPrinter takes no snapshot when off", async () => {
  using stage = printing("off");
  await stage.time.advance(5000);
  stage.printer[Symbol.dispose]();
  assert.deepEqual(stage.lines, []);
});
