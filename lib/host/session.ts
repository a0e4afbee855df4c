/**
 * What the door knows of whoever came in.
 *
 * @module
 */

import type { FrameTaker } from "./broadcast.ts";
import type { GuestSessionCounts } from "./guest_session.ts";

/**
 * After this silence a guest is taken for dead, in microseconds. Noticing it takes up to a second
 * more and the farewell up to two: it is gone within 15 s.
 */
export const SILENCE_LIMIT_MICROS = 10_000_000;

/** One connection to a guest, whatever it speaks. */
export interface Session extends FrameTaker {
  /** `address:port` of the guest, for people. */
  readonly peer: string;
  /** The counts up to now. */
  readonly counts: GuestSessionCounts;
  /** For how long nothing was heard of the guest, in microseconds. */
  readonly silentMicros: number;
  /** Looks at the clock, about once a second. */
  tick(): void;
  /** Does not hold a time against the guest in which this program stood still, in microseconds. */
  stoodStill(micros: number): void;
  /** Ends the session; the guest is told why, and given a moment to hear it. */
  end(reason: string): void;
  /** Ends the session at once. */
  cut(reason: string): void;
  /** Runs to the end; why it ended, or `undefined` when another session has taken over. */
  run(): Promise<string | undefined>;
}
