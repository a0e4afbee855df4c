/**
 * When a picture that came by NATS was captured, by our clock.
 *
 * @module
 */

import { type NatsConnection, RequestError } from "@nats-io/transport-node";
import { CaptureVideoError } from "../flow/errors.ts";
import { Heartbeat } from "../peer/heartbeat.ts";
import { HostClock, MAX_AGE_ON_ARRIVAL_MICROS, UNKNOWN_TIME } from "../peer/host_clock.ts";
import { encodeMessage } from "../protocol/messages.ts";
import { messageIn } from "./message.ts";
import type { NatsState } from "./state.ts";

/** How long an answer is waited for, in milliseconds: the host may wait for a moment without frames. */
const ANSWER_LIMIT_MS = 3000;

/** What came of asking. */
export type Answer = "answered" | "silent" | "nobody" | "forbidden";

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

  /** Asks the host what time it is. */
  async compare(subject: string): Promise<Answer> {
    if (!this.#mayAsk) return "forbidden";
    const { connection, now } = this.#options;
    const clock = this.#clock;
    const heartbeat = new Heartbeat(now(), () => 0);
    const ping = heartbeat.next(now())!;
    try {
      const { data } = await connection.request(subject, encodeMessage(ping), {
        timeout: ANSWER_LIMIT_MS,
      });
      heartbeat.heard(now());
      const exchange = heartbeat.answered(messageIn(data, "pong"));
      if (!exchange) return "silent";
      clock.measured(exchange);
      if (clock === this.#clock) this.#isCompared = true;
      return "answered";
    } catch (error) {
      const answer = answerIn(error);
      if (answer === undefined) throw error;
      if (answer === "forbidden") this.#mayAsk = false;
      return answer;
    }
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

/** What an error says of asking; `undefined` for one that cannot come of it. */
function answerIn(error: unknown): Answer | undefined {
  if (error instanceof CaptureVideoError) return "silent"; // that was no PONG
  if (!(error instanceof Error)) return undefined;
  if (error instanceof RequestError && error.isNoResponders()) return "nobody";
  switch ((error.cause instanceof Error ? error.cause : error).name) {
    case "NoResponders":
      return "nobody";
    case "PermissionViolationError":
      return "forbidden";
    case "TimeoutError":
    case "RequestError":
    case "ClosedConnectionError":
    case "DrainingConnectionError":
      return "silent";
    default:
      return undefined;
  }
}
