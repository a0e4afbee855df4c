/**
 * Measurements of our own programs alone: readiness, CPU time without a window, memory over time.
 *
 * @module
 */

import { monotonicMicros } from "../lib/opencv/mod.ts";
import type { Scene } from "./contenders.ts";
import { writeFilm } from "./support/film_file.ts";
import { freePort, guestCommand, hostCommand, statsOf } from "./support/own_programs.ts";
import { Program } from "./support/program.ts";
import type { Screen } from "./support/screen.ts";
import { median } from "./support/statistics.ts";
import { accepts, passTime, waitFor } from "./support/wait.ts";

/** How often readiness is asked for, in milliseconds. */
const KNOCK_MS = 2;

/** The time from the start of the host's process until a connection is accepted, in milliseconds. */
export async function measureReadiness(scene: Scene): Promise<number> {
  const start = performance.now();
  await using host = Program.start(hostCommand(scene));
  while (!await accepts(scene.port)) {
    host.assertRunning();
    await passTime(KNOCK_MS);
  }
  return performance.now() - start;
}

/** The measurement's length, in milliseconds. */
export interface Duration {
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** CPU time per frame of host and guest with nothing shown, in milliseconds. */
export interface WindowlessFigures {
  readonly hostCpuMs: number;
  readonly guestCpuMs: number;
  /** Frames a second that the guest received. */
  readonly receivedFps: number;
}

/** Measures host and guest without a window: what is left is compressing, sending, decoding. */
export async function measureWindowless(
  scene: Scene,
  { warmUpMs, measureMs }: Duration,
  source?: readonly string[],
): Promise<WindowlessFigures> {
  await using host = Program.start(hostCommand(scene, source));
  await using guest = Program.start([...guestCommand(scene), "--no-window"]);
  await waitForFrames(guest);
  await passTime(warmUpMs);
  const before = { micros: monotonicMicros(), host: host.cpuMs(), guest: guest.cpuMs() };
  const firstLine = guest.errorLines.length;
  await passTime(measureMs);
  const frames = (monotonicMicros() - before.micros) / 1e6 * scene.fps;
  return {
    hostCpuMs: (host.cpuMs() - before.host) / frames,
    guestCpuMs: (guest.cpuMs() - before.guest) / frames,
    receivedFps: median(
      statsOf(guest.errorLines.slice(firstLine), "guest").map(({ receivedFps }) => receivedFps),
    ),
  };
}

/** CPU time of the host per frame of a source that delivers JPEGs, in milliseconds. */
export interface PassthroughFigures {
  /** The JPEGs passed on as they are. */
  readonly passedOnMs: number;
  /** The same JPEGs decoded and encoded: `--passthrough off`. */
  readonly encodedMs: number;
}

/** Measures the host on a film whose JPEGs can be passed on. */
export async function measurePassthrough(
  scene: Scene,
  duration: Duration,
): Promise<PassthroughFigures> {
  const source = ["--source", await writeFilm(scene), "--loop"];
  const cost = async (passthrough: string) => {
    const options = [...source, "--passthrough", passthrough];
    const port = freePort();
    return (await measureWindowless({ ...scene, port }, duration, options)).hostCpuMs;
  };
  return { passedOnMs: await cost("auto"), encodedMs: await cost("off") };
}

/** Resident memory over time, in bytes. */
export interface MemoryFigures {
  /** One sample a second. */
  readonly hostBytes: readonly number[];
  readonly guestBytes: readonly number[];
}

/** Watches the memory of a host and a guest with a window. */
export async function measureMemory(
  scene: Scene,
  { screen, seconds }: { screen: Screen; seconds: number },
): Promise<MemoryFigures> {
  await using host = Program.start(hostCommand(scene));
  await using guest = Program.start(guestCommand(scene), { env: { DISPLAY: screen.display } });
  await waitForFrames(guest);
  const [hostBytes, guestBytes]: [number[], number[]] = [[], []];
  for (let second = 0; second < seconds; second++) {
    await passTime(1000);
    hostBytes.push(host.residentBytes());
    guestBytes.push(guest.residentBytes());
  }
  return { hostBytes, guestBytes };
}

/** Waits until the guest reports pictures. */
async function waitForFrames(guest: Program): Promise<void> {
  await waitFor("the guest's first picture", () => {
    guest.assertRunning();
    return statsOf(guest.errorLines, "guest").some(({ received }) => received > 0);
  });
}
