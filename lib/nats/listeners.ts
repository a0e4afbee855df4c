/**
 * Who listens to a camera on a NATS server.
 *
 * @module
 */

import { createInbox, Empty, type Msg, type NatsConnection } from "@nats-io/transport-node";
import type { Rendition } from "../channel/rendition.ts";
import type { CameraSubjects } from "./subjects.ts";

/** What a server answers for a subject to which nobody listens. */
const NO_RESPONDERS = 503;

/** So long a rendition counts as wanted after it last was, in milliseconds: who reads it may be
 * connecting again. */
const GRACE_MS = 2000;

/**
 * Asks the server which renditions somebody reads.
 *
 * - Cost: a message of no length for each rendition; whoever reads answers nothing.
 */
export class Listeners {
  readonly #connection: NatsConnection;
  readonly #subjects: CameraSubjects;
  readonly #renditions: readonly Rendition[];
  readonly #inbox = createInbox();
  /** To which renditions nobody listens, as far as the server has said it, by each time of asking. */
  readonly #looks = new Map<string, Set<string>>();
  #asked = 0;
  readonly #wantedAtMs = new Map<Rendition, number>();

  /** @param renditions those that can be wanted */
  constructor(
    connection: NatsConnection,
    subjects: CameraSubjects,
    renditions: readonly Rendition[],
  ) {
    this.#connection = connection;
    this.#subjects = subjects;
    this.#renditions = renditions;
    connection.subscribe(`${this.#inbox}.*.*`, {
      callback: (error, msg) => this.#hear(error, msg),
    });
  }

  /** Which renditions are wanted now; none, where there is no server to ask. */
  async wanted(): Promise<ReadonlySet<Rendition>> {
    const look = String(++this.#asked);
    const absent = new Set<string>();
    this.#looks.set(look, absent);
    try {
      for (const rendition of this.#renditions) {
        const reply = `${this.#inbox}.${look}.${rendition}`;
        this.#connection.publish(this.#subjects.wanted(rendition), Empty, { reply });
      }
      // What the server has to say to these, it says before it acknowledges them.
      await this.#connection.flush();
    } catch {
      return new Set();
    } finally {
      this.#looks.delete(look);
    }
    const now = performance.now();
    for (const rendition of this.#renditions) {
      if (!absent.has(rendition)) this.#wantedAtMs.set(rendition, now);
    }
    return new Set(
      this.#renditions.filter((name) => now - (this.#wantedAtMs.get(name) ?? -Infinity) < GRACE_MS),
    );
  }

  #hear(error: Error | null, { subject, headers }: Msg): void {
    if (error || headers?.code !== NO_RESPONDERS) return;
    const [look = "", rendition = ""] = subject.slice(this.#inbox.length + 1).split(".");
    this.#looks.get(look)?.add(rendition);
  }
}
