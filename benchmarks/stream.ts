/**
 * Measures one sender and one receiver: the picture's age, what is lost, what it costs.
 *
 * Nobody measures himself. The hand-over to `imshow` is noted by a probe that is preloaded into the
 * receiver, the display by an observer of the screen's pixels, CPU time and memory are read from
 * /proc. The age follows from the frame number in the pixels, which is tied to the clock.
 *
 * @module
 */

import { monotonicMicros } from "../lib/opencv/mod.ts";
import type { Contender, Scene } from "./contenders.ts";
import { CACHE_FOLDER } from "./support/native_tools.ts";
import { statsOf } from "./support/own_programs.ts";
import { Program } from "./support/program.ts";
import type { Screen } from "./support/screen.ts";
import { readSightings, seenWithin } from "./support/sightings.ts";
import { median, percentile } from "./support/statistics.ts";
import { passTime, waitFor } from "./support/wait.ts";

/** Where and for how long is measured. */
export interface StreamOptions {
  /** Shows the sender's preview, if it has one. */
  readonly senderScreen: Screen;
  /** Shows the receiver's window, and is watched. */
  readonly receiverScreen: Screen;
  /** The built imshow probe. */
  readonly probePath: string;
  /** The built screen observer. */
  readonly observerPath: string;
  /** From the first picture on the screen to the beginning of the measurement. */
  readonly warmUpMs: number;
  /** The measurement. */
  readonly measureMs: number;
}

/** What was measured. Ages are counted from the capture, which is the frame number's time. */
export interface StreamFigures {
  /** Age when handed to imshow. */
  readonly handOverP50Ms: number;
  readonly handOverP99Ms: number;
  /** Age when on the screen. */
  readonly displayedP50Ms: number;
  readonly displayedP99Ms: number;
  /** Different whole pictures handed to imshow. */
  readonly shownFps: number;
  /** The share of the camera's frames that were not handed to imshow whole, 0–1. */
  readonly missedShare: number;
  /** The share of the pictures handed to imshow that were damaged, 0–1. */
  readonly damagedShare: number;
  /** CPU time of the sender and of the receiver per whole picture handed over. */
  readonly senderCpuMs: number;
  readonly receiverCpuMs: number;
  /** The median age on the screen that the receiver claims itself; NaN where it claims nothing. */
  readonly claimedP50Ms: number;
  /** Resident memory at the end. */
  readonly senderBytes: number;
  readonly receiverBytes: number;
}

/** Starts both, waits for the picture, measures, ends both. */
export async function measureStream(
  { contender, scene }: { contender: Contender; scene: Scene },
  options: StreamOptions,
): Promise<StreamFigures> {
  const folder = await Deno.makeTempDir({ dir: CACHE_FOLDER.pathname });
  try {
    return await measureInto(folder, contender, scene, options);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measureInto(
  folder: string,
  contender: Contender,
  scene: Scene,
  options: StreamOptions,
): Promise<StreamFigures> {
  const [probeLog, observerLog] = [`${folder}/probe`, `${folder}/observer`];
  await using observer = Program.start([
    options.observerPath,
    options.receiverScreen.segment,
    ...[observerLog, `${scene.width}`, `${scene.fps}`],
  ]);
  await using sender = Program.start(contender.sender(scene), {
    env: { ...contender.env, DISPLAY: options.senderScreen.display },
  });
  await using receiver = Program.start(contender.receiver(scene), {
    env: {
      ...contender.env,
      DISPLAY: options.receiverScreen.display,
      LD_PRELOAD: options.probePath,
      IMSHOW_PROBE_LOG: probeLog,
      ...contender.hasFoot ? { IMSHOW_PROBE_FOOT: "1" } : {},
    },
  });
  await waitFor(`the picture of ${contender.label}`, () => {
    for (const program of [observer, sender, receiver]) program.assertRunning();
    return hasContent(observerLog);
  });
  await passTime(options.warmUpMs);
  const before = { micros: monotonicMicros(), sender: sender.cpuMs(), receiver: receiver.cpuMs() };
  const firstLine = receiver.errorLines.length;
  await passTime(options.measureMs);
  const after = { micros: monotonicMicros(), sender: sender.cpuMs(), receiver: receiver.cpuMs() };

  const span = { from: before.micros, until: after.micros };
  const handedOver = seenWithin(span, readSightings(probeLog), scene.fps);
  const displayed = seenWithin(span, readSightings(observerLog), scene.fps);
  const shown = handedOver.agesMs.length;
  const seconds = (span.until - span.from) / 1e6;
  return {
    handOverP50Ms: percentile(handedOver.agesMs, 0.5),
    handOverP99Ms: percentile(handedOver.agesMs, 0.99),
    displayedP50Ms: percentile(displayed.agesMs, 0.5),
    displayedP99Ms: percentile(displayed.agesMs, 0.99),
    shownFps: shown / seconds,
    missedShare: Math.max(0, 1 - shown / (seconds * scene.fps)),
    damagedShare: handedOver.damaged / (handedOver.damaged + shown),
    senderCpuMs: (after.sender - before.sender) / shown,
    receiverCpuMs: (after.receiver - before.receiver) / shown,
    claimedP50Ms: median(claimedAges(receiver.errorLines.slice(firstLine))),
    senderBytes: sender.residentBytes(),
    receiverBytes: receiver.residentBytes(),
  };
}

function claimedAges(lines: readonly string[]): number[] {
  return statsOf(lines, "guest").map(({ ageMsP50 }) => ageMsP50).filter((age) => age !== null);
}

function hasContent(path: string): boolean {
  try {
    return Deno.statSync(path).size > 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
