/**
 * What is known of a client, whatever it speaks.
 *
 * @module
 */

import type { GuestConnectionStats } from "../cli/stats.ts";
import type { Conversation } from "../peer/conversation.ts";
import type { JpegSink } from "./sink.ts";

/**
 * After this silence a guest is taken for dead, in microseconds. Noticing it takes up to a second
 * more and the farewell up to two: it is gone within 15 s.
 */
export const SILENCE_LIMIT_MICROS = 10_000_000;

/** The counts of a session, as the host's statistics show them. */
export type SessionCounts = Omit<GuestConnectionStats, "peer" | "camera" | "sentFps">;

/** A guest as a server counts it: who it is, and of which camera. */
export interface CountedGuest extends Omit<GuestConnectionStats, "sentFps"> {
  /** What it is told apart by: several may come by one connection. */
  readonly identity: unknown;
}

/** One connection to a guest, whatever it speaks. */
export interface Session {
  /** Takes the pictures for it. */
  readonly sink: JpegSink;
  readonly conversation: Pick<Conversation<unknown>, "run" | "leave" | "cut">;
  readonly counts: SessionCounts;
  /** For how long nothing was heard of the guest, in microseconds. */
  readonly silentMicros: number;
  /** Looks at the clock, about once a second. */
  tick(): void;
  /** Does not hold a time against the guest in which this program stood still, in microseconds. */
  stoodStill(micros: number): void;
}
