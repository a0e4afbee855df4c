/**
 * When a picture that came by NATS was captured, by our clock.
 *
 * @module
 */

import type { NatsConnection } from "@nats-io/transport-node";
import { HostClock, MAX_AGE_ON_ARRIVAL_MICROS, UNKNOWN_TIME } from "../peer/host_clock.ts";
import { askTime, type NoAnswer } from "./ask_time.ts";
import type { NatsState } from "./state.ts";

/** How long an answer is waited for, in milliseconds: the host may wait for a moment without frames. */
const ANSWER_LIMIT_MS = 3000;

/** Options of {@linkcode HostTime}. */
export interface HostTimeOptions {
  readonly connection: NatsConnection;
  /** The monotonic clock, in microseconds. */
  readonly now: () => number;
  /** Whether both computers' wall clocks are believed where the host may not be asked. */
  readonly trustWallClock: boolean;
}

/**
 * The host's clock, as far as it is known.
 *
 * - A guest that may ask compares the clocks as one that speaks with the host itself does.
 * - One that may not knows no age; or that by both computers' wall clocks, if they are trusted.
 */
export class HostTime {
  readonly #options: HostTimeOptions;
  #clock = new HostClock();
  #isCompared = false;
  #clockToUnixMicros: number | undefined;
  #mayAsk = true;
  #hasExplained = false;

  constructor(options: HostTimeOptions) {
    this.#options = options;
  }

  /** Whether the server lets us ask the host; `true` until it has said otherwise. */
  get mayAsk(): boolean {
    return this.#mayAsk;
  }

  /** Begins anew: it is another host, or was started again. */
  reset(): void {
    this.#clock = new HostClock();
    this.#isCompared = false;
    this.#clockToUnixMicros = undefined;
  }

  /** Notes what the host says of its clock. */
  heard({ clockToUnixMicros }: NatsState): void {
    this.#clockToUnixMicros = clockToUnixMicros;
  }

  /** Asks the host what time it is; why there was no answer, where there was none. */
  async compare(subject: string): Promise<NoAnswer | undefined> {
    if (!this.#mayAsk) return "forbidden";
    const { connection, now } = this.#options;
    const clock = this.#clock;
    const answer = await askTime({ connection, subject, now, limitMs: ANSWER_LIMIT_MS });
    if (answer === "forbidden") this.#mayAsk = false;
    if (typeof answer === "string") return answer;
    clock.measured(answer);
    if (clock === this.#clock) this.#isCompared = true;
    return undefined;
  }

  /** Why the age cannot be measured, where that is so; said once. */
  whyUnknown(): string | undefined {
    if (this.#mayAsk || this.#hasExplained) return undefined;
    this.#hasExplained = true;
    const how = this.#options.trustWallClock
      ? "it is that by both computers' wall clocks"
      : "it is unknown; --trust-wall-clock takes that by both computers' wall clocks";
    return `this user may only read, so the picture's age cannot be measured: ${how}`;
  }

  /** When a picture was captured that arrives now, as a guest's `Picture` has it. */
  captured(capturedAtMicros: number): number | undefined {
    const nowMicros = this.#options.now();
    if (this.#isCompared) {
      return this.#clock.captured({ capturedAtMicros, nowMicros }) ?? UNKNOWN_TIME;
    }
    const { trustWallClock } = this.#options;
    if (this.#mayAsk || !trustWallClock || this.#clockToUnixMicros === undefined) return undefined;
    const ageMicros = Date.now() * 1000 - (capturedAtMicros + this.#clockToUnixMicros);
    if (Math.abs(ageMicros) > MAX_AGE_ON_ARRIVAL_MICROS) return UNKNOWN_TIME;
    return nowMicros - Math.max(0, ageMicros);
  }
}
