/**
 * When a host asks a guest for the time, and answers it: only while no frame is under way.
 *
 * Behind frames, a PING would measure the queue on the link, and the window, which follows the round
 * trip, would grow with it.
 *
 * @example
 * ```ts
 * import { Exchanges } from "./exchanges.ts";
 *
 * const exchanges = new Exchanges();
 * const ping = exchanges.next(5_000_000);
 * console.assert(ping?.type === "ping" && ping.t1 === 5_000_000);
 * const pong = { type: "pong", t1: 5_000_000, t2: 7, t3: 9 } as const;
 * console.assert(exchanges.answered(pong, 5_000_802) === 800);
 * ```
 * @module
 */

import type { PingMessage, PongMessage } from "../protocol/messages.ts";

/** How long after the first round trip the second is measured, in microseconds; then twice that. */
export const FIRST_EXCHANGE_MICROS = 100_000;
/** How often one is measured in the long run, where the link is idle now and then, in microseconds. */
export const EXCHANGE_EVERY_MICROS = 2_000_000;
/** Where it is never idle, it is given a moment to drain after so many of these times. */
export const DRAIN_AFTER_EXCHANGES = 5;

/** The PINGs and PONGs of one guest's session; only the newest of either counts. */
export class Exchanges {
  /** The guest's newest PING that was not answered yet. */
  #asked: { t1: number; t2: number } | undefined;
  #sentAtMicros = -Infinity;
  #everyMicros = FIRST_EXCHANGE_MICROS / 2;

  /** Notes the guest's PING, to be answered when there is a moment for it. */
  asked({ t1 }: PingMessage, nowMicros: number): void {
    this.#asked = { t1, t2: nowMicros };
  }

  /**
   * The round trip that a PONG tells, in microseconds; `undefined` when it belongs to another PING, or
   * when its times cannot be.
   */
  answered({ t1, t2, t3 }: PongMessage, nowMicros: number): number | undefined {
    const roundTrip = (nowMicros - t1) - (t3 - t2);
    return t1 === this.#sentAtMicros && t3 >= t2 && roundTrip >= 0 ? roundTrip : undefined;
  }

  /** Whether a PONG or a PING is to be sent. */
  isDue(nowMicros: number): boolean {
    return this.#asked !== undefined || nowMicros - this.#sentAtMicros >= this.#everyMicros;
  }

  /** Whether there was no moment for it for so long that frames have to wait for one. */
  isOverdue(nowMicros: number): boolean {
    return nowMicros - this.#sentAtMicros > DRAIN_AFTER_EXCHANGES * this.#everyMicros;
  }

  /** The PONG or PING to be sent now; `undefined` when none is due. */
  next(nowMicros: number): PongMessage | PingMessage | undefined {
    if (this.#asked) {
      const { t1, t2 } = this.#asked;
      this.#asked = undefined;
      return { type: "pong", t1, t2, t3: nowMicros };
    }
    if (!this.isDue(nowMicros)) return undefined;
    this.#sentAtMicros = Math.trunc(nowMicros);
    this.#everyMicros = Math.min(EXCHANGE_EVERY_MICROS, 2 * this.#everyMicros);
    return { type: "ping", t1: this.#sentAtMicros };
  }
}
