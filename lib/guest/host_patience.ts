/**
 * How long a host is waited for.
 *
 * @module
 */

import { Standstill } from "../flow/standstill.ts";
import { Heartbeat } from "../peer/heartbeat.ts";
import type { CameraState } from "../protocol/messages.ts";

/** How long a host may take for its WELCOME or its first bare JPEG's beginning, in microseconds. */
export const WELCOME_TIMEOUT_MICROS = 5_000_000;
/** After this silence the host is taken for dead, in microseconds. */
export const HOST_SILENCE_LIMIT_MICROS = 15_000_000;
/** How often the clocks are compared, in microseconds. */
export const COMPARE_CLOCKS_EVERY_MICROS = 2_000_000;
/** After this silence the host is asked for a sign of life, in microseconds. */
export const ASK_AFTER_MICROS = 750_000;
/** A host that does not answer within this time may be gone, in microseconds. */
export const SUSPICIOUS_SILENCE_MICROS = 2_000_000;
/** How often a host is to be judged, in microseconds. */
export const JUDGE_EVERY_MICROS = 250_000;
/** With a rate that was asked for, no connection counts as lost before so many were due. */
const PICTURES_OF_GRACE = 2;
/** For so long a camera may be starting without owing pictures: a stream may take half a minute. */
export const LONGEST_START_MICROS = 60_000_000;
/** How many exchanges follow each other at once, so that the first picture's age is known well. */
const FIRST_EXCHANGES = 8;

/** How long a host may send nothing. */
export interface HostPatienceOptions {
  /** How long a live host may send no picture that is due, in microseconds. */
  timeoutMicros: number;
  /** The most pictures per second that the host is asked for; all there are when left out. */
  maxFps?: number | undefined;
}

/** What is known of a host when it is judged. */
export interface HostSoFar {
  /** Whether it has yet to say WELCOME, or to send a bare JPEG's beginning. */
  isGreeting: boolean;
  speaksProtocol: boolean;
  /** Whether it has read all that we had to say. */
  hasRead: boolean;
}

/**
 * Judges a host by the clock.
 *
 * - Time in which this very program stood still counts for nothing.
 */
export class HostPatience {
  /** When it was heard last, and when it is asked for a sign of life. */
  readonly heartbeat: Heartbeat;
  /** For how long it has owed a picture. */
  readonly pictures: PictureClock;
  readonly #limitMicros: number;
  readonly #standstill = new Standstill(JUDGE_EVERY_MICROS / 1000);
  #startedAtMicros: number;

  constructor(nowMicros: number, { timeoutMicros, maxFps = Infinity }: HostPatienceOptions) {
    this.#limitMicros = Math.max(timeoutMicros, PICTURES_OF_GRACE * 1e6 / maxFps);
    this.#startedAtMicros = nowMicros;
    this.pictures = new PictureClock(nowMicros);
    this.heartbeat = new Heartbeat(nowMicros, pingEveryMicros);
  }

  /** Begins anew, with a connection that was just made. */
  begin(nowMicros: number): void {
    this.#startedAtMicros = nowMicros;
    this.#standstill.take();
    this.heartbeat.heard(nowMicros);
    this.pictures.picture(nowMicros);
  }

  /** Whether the host is silent as one that is gone; it may also be slow. */
  isSuspicious(nowMicros: number): boolean {
    return this.heartbeat.silentMicros(nowMicros) > SUSPICIOUS_SILENCE_MICROS;
  }

  /** Why the host is waited for no longer, in words for people; `undefined` where it is. */
  judge(nowMicros: number, host: HostSoFar): string | undefined {
    const lostMicros = this.#standstill.take();
    this.#startedAtMicros += lostMicros;
    this.heartbeat.stoodStill(lostMicros);
    this.pictures.excuse(lostMicros);
    if (host.isGreeting && nowMicros - this.#startedAtMicros > WELCOME_TIMEOUT_MICROS) {
      return host.speaksProtocol ? "no WELCOME within 5 s" : "it says nothing";
    }
    if (this.pictures.owedMicros(nowMicros) > this.#limitMicros) {
      return `no picture for ${Number((this.#limitMicros / 1e6).toFixed(3))} s`;
    }
    if (this.heartbeat.silentMicros(nowMicros) > HOST_SILENCE_LIMIT_MICROS) {
      return host.hasRead ? "nothing heard for 15 s" : "it has read nothing for 15 s";
    }
    return undefined;
  }
}

/**
 * Adds up the time in which a picture should have come.
 *
 * - Only a picture sets it back to nothing, whatever else the host says.
 * - A camera that is said to be lost owes none, and one that is starting none for
 *   {@linkcode LONGEST_START_MICROS}. A host that has said nothing of it owes pictures.
 */
export class PictureClock {
  #camera: CameraState = "live";
  #lookedAtMicros: number;
  #owedMicros = 0;
  #startingMicros = 0;

  /** @param nowMicros when the connection was made, in microseconds */
  constructor(nowMicros: number) {
    this.#lookedAtMicros = nowMicros;
  }

  /** Notes what the host says of its camera. */
  said(camera: CameraState, nowMicros: number): void {
    this.#look(nowMicros);
    this.#camera = camera;
  }

  /** Notes that a picture has come. */
  picture(nowMicros: number): void {
    this.#lookedAtMicros = nowMicros;
    this.#owedMicros = this.#startingMicros = 0;
  }

  /** Does not count a time in which nobody listened, in microseconds. */
  excuse(micros: number): void {
    this.#lookedAtMicros += micros;
  }

  /** For how long pictures were owed since the last one came, in microseconds. */
  owedMicros(nowMicros: number): number {
    this.#look(nowMicros);
    return this.#owedMicros;
  }

  #look(nowMicros: number): void {
    let micros = Math.max(0, nowMicros - this.#lookedAtMicros);
    this.#lookedAtMicros += micros;
    if (this.#camera === "lost") return;
    if (this.#camera === "starting") {
      const excused = Math.min(micros, LONGEST_START_MICROS - this.#startingMicros);
      this.#startingMicros += excused;
      micros -= excused;
    }
    this.#owedMicros += micros;
  }
}

function pingEveryMicros(beat: Heartbeat, nowMicros: number): number {
  if (beat.pings === beat.pongs && beat.pongs < FIRST_EXCHANGES) return 0;
  const isSilent = beat.silentMicros(nowMicros) > ASK_AFTER_MICROS;
  return isSilent ? ASK_AFTER_MICROS : COMPARE_CLOCKS_EVERY_MICROS;
}
