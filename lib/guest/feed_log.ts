/**
 * What the guest's log says of its pictures.
 *
 * @module
 */

import { log } from "../cli/log.ts";
import type { FeedHandlers, LinkState } from "./picture.ts";

/** Writes lines, of which a host can provoke any number, and not too many of them. */
export class FeedLog implements FeedHandlers, Disposable {
  readonly #links = log.rateLimited(20);
  readonly #notices = log.rateLimited(20);
  readonly #damage = log.rateLimited();
  readonly #omissions = log.rateLimited();

  /** The way to the camera has changed. */
  readonly onLink = ({ state, why }: LinkState): void => {
    this.#links.info(why ? `${state}: ${why}` : state);
  };

  /** Something about the host's key. */
  readonly onNotice = (message: string): void => this.#notices.info(message);

  /** A picture could not be decoded. */
  readonly onDamaged = (message: string): void => this.#damage.warn(message);

  /** The output does not take the pictures. */
  readonly onOmitted = (message: string): void => this.#omissions.warn(message);

  /** Writes what was held back. */
  [Symbol.dispose](): void {
    this.#links[Symbol.dispose]();
    this.#notices[Symbol.dispose]();
    this.#damage[Symbol.dispose]();
    this.#omissions[Symbol.dispose]();
  }
}
