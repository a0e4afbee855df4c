/**
 * What the host says of its camera and its guests.
 *
 * @module
 */

import type { SourceState } from "../camera/source.ts";
import type { CameraReport } from "../channel/camera_feed.ts";
import { log } from "../cli/log.ts";
import type { CaptureVideoError } from "../flow/errors.ts";
import { describeError } from "../text/error_text.ts";

/**
 * Says each thing that happens in a line.
 *
 * - Bound: whoever reaches the port can provoke these, and so can a camera in the network. Each
 *   kind has a burst, then one line a second.
 */
export class HostLog implements CameraReport, Disposable {
  readonly #kinds = new DisposableStack();
  readonly #camera = this.#kinds.use(log.rateLimited(20));
  readonly #guests = this.#kinds.use(log.rateLimited(50));
  readonly #others = this.#kinds.use(log.rateLimited(20));
  readonly #damage = this.#kinds.use(log.rateLimited());
  readonly #troubles = this.#kinds.use(log.rateLimited());

  opened(line: string): void {
    this.#camera.info(line);
  }

  state({ camera, why }: SourceState): void {
    this.#camera.info(why ? `camera ${camera}: ${why}` : `camera ${camera}`);
  }

  damaged({ message }: CaptureVideoError): void {
    this.#damage.warn(message);
  }

  joined(peer: string): void {
    this.#guests.info(`guest ${peer} joined`);
  }

  /** A connection ended, with the reason; `welcomed` sets guests apart. */
  left(peer: string, reason: string, welcomed: boolean): void {
    (welcomed ? this.#guests : this.#others).info(`${peer} ended: ${reason}`);
  }

  /** Somebody has changed something of the picture, for everybody. */
  changed(peer: string, what: string): void {
    this.#guests.info(`${peer} has set ${what}`);
  }

  /** A connection that could not be accepted. */
  notAccepted(error: Error): void {
    this.#troubles.warn(describeError(error, "let a guest in").line);
  }

  /** An error that cannot happen: it ended one session or cost one picture, and the host goes on. */
  bug(error: unknown): void {
    log.bug(error);
  }

  [Symbol.dispose](): void {
    this.#kinds.dispose();
  }
}
