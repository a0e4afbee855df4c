/**
 * PING and PONG of one side of a connection, and for how long the other has said nothing.
 *
 * @example
 * ```ts
 * import { Heartbeat } from "./heartbeat.ts";
 *
 * const heartbeat = new Heartbeat(5_000_000, () => 2_000_000);
 * const ping = heartbeat.next(5_000_000);
 * console.assert(ping?.type === "ping" && ping.t1 === 5_000_000);
 * heartbeat.heard(5_000_802);
 * const exchange = heartbeat.answered({ type: "pong", t1: 5_000_000, t2: 7, t3: 9 });
 * console.assert(exchange?.roundTripMicros === 800);
 * ```
 * @module
 */

import type { PingMessage, PongMessage } from "../protocol/messages.ts";

/** One PING and its PONG; t1 and t4 are times of our clock, t2 and t3 of the other side's. */
export interface Exchange {
  /** The PING left us, in microseconds. */
  readonly t1: number;
  /** The PING reached the other side, in microseconds. */
  readonly t2: number;
  /** The PONG left the other side, in microseconds. */
  readonly t3: number;
  /** The PONG reached us, in microseconds. */
  readonly t4: number;
  /** How long the two ways took together, in microseconds. */
  readonly roundTripMicros: number;
}

/** How long after the newest PING another one is due, in microseconds. */
export type PingInterval = (heartbeat: Heartbeat, nowMicros: number) => number;

/** Only the newest PING of either side counts. */
export class Heartbeat {
  readonly #everyMicros: PingInterval;
  #heardAtMicros: number;
  /** The other side's newest PING that was not answered yet. */
  #asked: { t1: number; t2: number } | undefined;
  #pingedAtMicros = -Infinity;
  #pings = 0;
  #pongs = 0;

  /** @param nowMicros when the connection was made, in microseconds */
  constructor(nowMicros: number, everyMicros: PingInterval) {
    this.#everyMicros = everyMicros;
    this.#heardAtMicros = nowMicros;
  }

  get pings(): number {
    return this.#pings;
  }

  get pongs(): number {
    return this.#pongs;
  }

  /** When something was heard last, in microseconds. */
  get heardAtMicros(): number {
    return this.#heardAtMicros;
  }

  /** For how long nothing was heard, in microseconds. */
  silentMicros(nowMicros: number): number {
    return nowMicros - this.#heardAtMicros;
  }

  /** Notes that something was heard, whatever it was. */
  heard(nowMicros: number): void {
    this.#heardAtMicros = nowMicros;
  }

  /** Does not count a time in which this program stood still, in microseconds. */
  stoodStill(micros: number): void {
    this.#heardAtMicros += micros;
  }

  /** Notes the PING that was just heard, to be answered when there is a moment for it. */
  asked({ t1 }: PingMessage): void {
    this.#asked = { t1, t2: this.#heardAtMicros };
  }

  /**
   * What is learnt by the PONG just heard; `undefined` when it belongs to another PING, or when its
   * times cannot be.
   */
  answered({ t1, t2, t3 }: PongMessage): Exchange | undefined {
    if (t1 !== this.#pingedAtMicros) return undefined;
    this.#pongs++;
    const t4 = this.#heardAtMicros;
    const roundTripMicros = (t4 - t1) - (t3 - t2);
    return t3 >= t2 && roundTripMicros >= 0 ? { t1, t2, t3, t4, roundTripMicros } : undefined;
  }

  /** Whether a PONG or a PING is to be sent. */
  isDue(nowMicros: number): boolean {
    return this.#asked !== undefined ||
      nowMicros - this.#pingedAtMicros >= this.#everyMicros(this, nowMicros);
  }

  /** Whether no PING was sent for longer than so many are due in. */
  isOverdue(nowMicros: number, pings: number): boolean {
    return nowMicros - this.#pingedAtMicros > pings * this.#everyMicros(this, nowMicros);
  }

  /** The PONG or PING to be sent now; `undefined` when none is due. */
  next(nowMicros: number): PongMessage | PingMessage | undefined {
    if (this.#asked) {
      const { t1, t2 } = this.#asked;
      this.#asked = undefined;
      return { type: "pong", t1, t2, t3: nowMicros };
    }
    if (!this.isDue(nowMicros)) return undefined;
    this.#pings++;
    this.#pingedAtMicros = Math.trunc(nowMicros);
    return { type: "ping", t1: this.#pingedAtMicros };
  }
}
