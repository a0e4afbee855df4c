/**
 * What a host is asked by NATS, and no more of it than it has time for.
 *
 * @module
 */

import type { Msg, NatsConnection, Subscription } from "@nats-io/transport-node";

/**
 * So many questions are taken in a second: a guest asks once in two, and thrice when it comes. Whoever
 * asks beyond that is told by the server that nobody is there.
 */
export const MAX_QUESTIONS_PER_SECOND = 2000;

/**
 * A subscription for so many messages, given anew once a second: what floods the subject is kept away
 * by the server.
 *
 * - Server: the client would renew it on a new connection without its limit, so that it is dropped
 *   when the connection breaks.
 */
export class Asked {
  readonly #connection: NatsConnection;
  readonly #subject: string;
  readonly #onQuestion: (message: Msg) => void;
  /** While one subscription takes the place of another, each question comes once. */
  readonly #queue = crypto.randomUUID();
  #subscription: Subscription | undefined;

  /** @param onQuestion must not throw */
  constructor(connection: NatsConnection, subject: string, onQuestion: (message: Msg) => void) {
    this.#connection = connection;
    this.#subject = subject;
    this.#onQuestion = onQuestion;
  }

  /** Takes questions, as many as in a second; to be called once in each. */
  renew(): void {
    const before = this.#subscription;
    // Mostly nobody has asked.
    if (before && before.getReceived() === 0) return;
    this.#subscription = this.#connection.subscribe(this.#subject, {
      max: MAX_QUESTIONS_PER_SECOND,
      queue: this.#queue,
      callback: (error, message) => {
        if (!error) this.#onQuestion(message);
      },
    });
    before?.unsubscribe();
  }

  /** Takes none, until {@linkcode renew}. */
  drop(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
  }
}
