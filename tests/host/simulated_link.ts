/**
 * A guest's link in time that is only counted: what arrives over it, and which rendition that is.
 *
 * @module
 */

import { AckWindow, type SentFrame, TRUSTED_ROUND_TRIPS } from "../../lib/host/ack_window.ts";
import { Adaptation } from "../../lib/host/adaptation.ts";
import type { Rendition } from "../../lib/channel/rendition.ts";

/** What happens. */
export interface Course {
  /** How long, in seconds. */
  readonly seconds: number;
  /** Pictures per second of the source. */
  readonly fps: number;
  /** The length of a picture in bytes, by rendition. */
  readonly bytes: (rendition: Rendition, second: number) => number;
  /** What the link carries, in Mbit/s, or nothing while it is cut. */
  readonly megabitsPerSec: (second: number) => number;
  /** The round trip of the empty link, in milliseconds. */
  readonly roundTripMs: number;
}

/** A rendition, and from which second on. */
export interface Step {
  readonly second: number;
  readonly rendition: Rendition;
}

/** What came of it. */
export interface Outcome {
  /** The renditions in turn, the first from second 0. */
  readonly steps: Step[];
  /** Pictures that arrived, by whole seconds. */
  readonly arrivedPerSecond: number[];
}

/** How finely a changing link is followed, in microseconds. */
const SLICE_MICROS = 1000;

/** Plays a course through, with the pacing and the adaptation of a guest session. */
export function play({ seconds, fps, bytes, megabitsPerSec, roundTripMs }: Course): Outcome {
  const adaptation = new Adaptation();
  const window = new AckWindow({ fps });
  const roundTripMicros = roundTripMs * 1000;
  for (let times = 0; times < TRUSTED_ROUND_TRIPS; times++) window.measured(roundTripMicros, 0);
  const steps: Step[] = [{ second: 0, rendition: "full" }];
  const arrivedPerSecond = Array.from({ length: seconds }, () => 0);
  const onLink: { frame: SentFrame; left: number }[] = [];
  const acknowledgements: { frame: SentFrame; atMicros: number }[] = [];
  let waiting: { rendition: Rendition; bytes: number } | undefined;
  let sequence = 0;
  let offers = 0;

  for (let now = 0; now < seconds * 1e6; now += SLICE_MICROS) {
    const second = now / 1e6;
    for (let room = megabitsPerSec(second) * SLICE_MICROS / 8; room > 0 && onLink[0];) {
      const part = Math.min(room, onLink[0].left);
      room -= part;
      onLink[0].left -= part;
      if (onLink[0].left > 0) continue;
      acknowledgements.push({ frame: onLink.shift()!.frame, atMicros: now + roundTripMicros });
    }
    while (acknowledgements[0] && acknowledgements[0].atMicros <= now) {
      const { frame } = acknowledgements.shift()!;
      window.acknowledged(frame.sequence, now);
      adaptation.delivered(frame, { arrivedAtMicros: now, roundTripMicros });
      arrivedPerSecond[Math.floor(second)]!++;
    }
    if (now >= offers * 1e6 / fps) {
      offers++;
      const { rendition } = adaptation;
      adaptation.offered({ skipsAnother: waiting !== undefined });
      waiting = { rendition, bytes: bytes(rendition, second) };
    }
    if (waiting && window.admits(waiting.bytes)) {
      const frame = { ...waiting, sequence: ++sequence, sentAtMicros: now };
      window.sent(frame);
      onLink.push({ frame, left: frame.bytes });
      waiting = undefined;
    }
    if (steps.at(-1)?.rendition !== adaptation.rendition) {
      steps.push({ second, rendition: adaptation.rendition });
    }
  }
  return { steps, arrivedPerSecond };
}
