/**
 * How many pictures a NATS server may send to one reader: the rule that bounds their age.
 *
 * @module
 */

import type { Msg, NatsConnection, Subscription } from "@nats-io/transport-node";
import { AckWindow } from "../host/ack_window.ts";

/** Options of {@linkcode Credits}. */
export interface CreditsOptions {
  readonly connection: NatsConnection;
  /** The most pictures a second that are wanted; `undefined` for all there are. */
  readonly maxFps: number | undefined;
  /** The monotonic clock, in microseconds. */
  readonly now: () => number;
  /** Takes each picture's payload. It must not throw. */
  readonly onMessage: (payload: Uint8Array) => void;
}

/**
 * Subscriptions for one message each. The server sends as many pictures as there are, and no more;
 * each that arrives is answered by a new one. So what an ACK is between host and guest, a
 * subscription is here, and it is the server that keeps the window.
 *
 * - Bound: never more than {@linkcode AckWindow.size} of them.
 * - Once: they are one queue group, of which the server gives each picture to one.
 * - Server: who is connected again would have its subscriptions renewed without their limit, so that
 *   they are dropped when the connection breaks, and given anew on the next.
 */
export class Credits {
  readonly #options: CreditsOptions;
  readonly #group = crypto.randomUUID();
  readonly #open = new Set<Subscription>();
  #window: AckWindow | undefined;
  #subject = "";
  #given = 0;
  #used = 0;
  #isHeld = false;
  #dueAtMs = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(options: CreditsOptions) {
    this.#options = options;
  }

  /** Begins anew, to read the subject. @param window with the round trips that were measured */
  begin(subject: string, window: AckWindow): void {
    this.drop();
    this.#subject = subject;
    this.#window = window;
    this.#give();
  }

  /** Whether some are given, or would be. */
  get isOpen(): boolean {
    return this.#window !== undefined;
  }

  /** Takes all of them back. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#window = undefined;
    this.#given = this.#used = 0;
    this.#isHeld = false;
    const open = [...this.#open];
    this.#open.clear();
    for (const subscription of open) subscription.unsubscribe();
    this.#onIdle?.();
  }

  /** Gives no more until {@linkcode resume}; resolves when all are used, or after so long. */
  async hold(limitMs: number): Promise<void> {
    this.#isHeld = true;
    if (this.#open.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, limitMs);
    this.#onIdle = resolve;
    await promise;
    clearTimeout(timer);
    this.#onIdle = undefined;
  }

  /** Gives some again. */
  resume(): void {
    this.#isHeld = false;
    this.#give();
  }

  /** Notes a round trip to the server that nothing under way has lengthened, in microseconds. */
  measured(roundTripMicros: number): void {
    this.#window?.measured(roundTripMicros, this.#options.now());
  }

  /** Gives as many as there may be, or as may be by now where a rate is to be kept. */
  #give(): void {
    const { connection, maxFps, now } = this.#options;
    const window = this.#window;
    clearTimeout(this.#timer);
    while (window?.open && !this.#isHeld && !connection.isClosed()) {
      if (maxFps !== undefined) {
        const nowMs = now() / 1000;
        if (nowMs < this.#dueAtMs) {
          this.#timer = setTimeout(() => this.#give(), this.#dueAtMs - nowMs);
          return;
        }
        this.#dueAtMs = Math.max(this.#dueAtMs, nowMs - 1000 / maxFps) + 1000 / maxFps;
      }
      window.sent({ sequence: ++this.#given, rendition: "full", bytes: 0, sentAtMicros: now() });
      const subscription = connection.subscribe(this.#subject, {
        max: 1,
        queue: this.#group,
        callback: (error, message) => this.#use(subscription, error, message),
      });
      this.#open.add(subscription);
    }
  }

  #use(subscription: Subscription, error: Error | null, { data }: Msg): void {
    // What the server does not permit is heard elsewhere, once.
    if (error || !this.#open.delete(subscription)) return;
    // They are used in the order in which they were given, as far as anybody can tell.
    this.#window?.acknowledged(++this.#used, this.#options.now());
    this.#give();
    if (this.#open.size === 0) this.#onIdle?.();
    this.#options.onMessage(data);
  }
}
