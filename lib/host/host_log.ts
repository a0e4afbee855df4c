/**
 * What the host says of its guests.
 *
 * @module
 */

import { log } from "../cli/log.ts";
import { describeError } from "../text/error_text.ts";

/**
 * Says each thing that happens in a line.
 *
 * - Bound: whoever reaches the port can provoke these. Each kind has a burst, then one line a second.
 */
export class HostLog implements Disposable {
  readonly #kinds = new DisposableStack();
  readonly #guests = this.#kinds.use(log.rateLimited(50));
  readonly #others = this.#kinds.use(log.rateLimited(20));
  readonly #ways = this.#kinds.use(log.rateLimited(20));
  readonly #troubles = this.#kinds.use(log.rateLimited());

  /** @param camera which one, where there are several */
  joined(peer: string, camera?: string): void {
    this.#guests.info(`guest ${peer} joined` + (camera === undefined ? "" : `: camera ${camera}`));
  }

  /** A connection ended, with the reason; `welcomed` sets guests apart. */
  left(peer: string, reason: string, welcomed: boolean): void {
    (welcomed ? this.#guests : this.#others).info(`${peer} ended: ${reason}`);
  }

  /** Somebody has changed something of the picture, for everybody; of which, where there are several. */
  changed(peer: string, what: string, camera?: string): void {
    this.#guests.info(`${peer} has set ${what}` + (camera === undefined ? "" : ` of ${camera}`));
  }

  /** Something about another way by which pictures go out. */
  info(line: string): void {
    this.#ways.info(line);
  }

  /** The same, where something is wrong. */
  warn(line: string): void {
    this.#ways.warn(line);
  }

  /** A connection that could not be accepted. */
  notAccepted(error: Error): void {
    this.#troubles.warn(describeError(error, "let a guest in").line);
  }

  /** An error that cannot happen: it ended one session, and the host goes on. */
  bug(error: unknown): void {
    log.bug(error);
  }

  [Symbol.dispose](): void {
    this.#kinds.dispose();
  }
}
