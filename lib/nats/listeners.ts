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
  readonly #absent = new Set<string>();
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
    connection.subscribe(`${this.#inbox}.*`, { callback: (error, msg) => this.#hear(error, msg) });
  }

  /** Which renditions are wanted now; none, where there is no server to ask. */
  async wanted(): Promise<ReadonlySet<Rendition>> {
    this.#absent.clear();
    try {
      for (const rendition of this.#renditions) {
        const reply = `${this.#inbox}.${rendition}`;
        this.#connection.publish(this.#subjects.wanted(rendition), Empty, { reply });
      }
      // What the server has to say to these, it says before it acknowledges them.
      await this.#connection.flush();
    } catch {
      return new Set();
    }
    const now = performance.now();
    for (const rendition of this.#renditions) {
      if (!this.#absent.has(rendition)) this.#wantedAtMs.set(rendition, now);
    }
    return new Set(
      this.#renditions.filter((name) => now - (this.#wantedAtMs.get(name) ?? -Infinity) < GRACE_MS),
    );
  }

  #hear(error: Error | null, { subject, headers }: Msg): void {
    if (error || headers?.code !== NO_RESPONDERS) return;
    this.#absent.add(subject.slice(this.#inbox.length + 1));
  }
}
