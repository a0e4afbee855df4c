/**
 * What the guest's log says of its pictures.
 *
 * @module
 */

import { log } from "../cli/log.ts";
import type { FeedEvent } from "./picture.ts";

/** Writes lines, of which a host can provoke any number, and not too many of them. */
export class FeedLog implements Disposable {
  readonly #of: string;
  readonly #kinds = new DisposableStack();
  readonly #links = this.#kinds.use(log.rateLimited(20));
  readonly #warnings = {
    damaged: this.#kinds.use(log.rateLimited()),
    omitted: this.#kinds.use(log.rateLimited()),
  };
  readonly #notices = this.#kinds.use(log.rateLimited(20));

  /** @param name of which camera it speaks, where there are several */
  constructor(name?: string) {
    this.#of = name === undefined ? "" : `${name}: `;
  }

  write(event: FeedEvent): void {
    if (event.kind === "link") {
      const { state, why } = event.link;
      this.#links.info(this.#of + (why ? `${state}: ${why}` : state));
    } else if (event.kind === "notice") this.#notices.info(this.#of + event.message);
    else this.#warnings[event.kind].warn(this.#of + event.message);
  }

  /** Writes what was held back. */
  [Symbol.dispose](): void {
    this.#kinds.dispose();
  }
}
