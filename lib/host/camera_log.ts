/**
 * What the host says of one of its cameras.
 *
 * @module
 */

import type { SourceState } from "../camera/source.ts";
import type { CameraReport } from "../channel/camera_feed.ts";
import { log } from "../cli/log.ts";
import type { CaptureVideoError } from "../flow/errors.ts";

/**
 * Says each thing that happens in a line.
 *
 * - Bound: a camera in the network can provoke these. Each kind has a burst, then one line a second;
 *   another camera's lines are not counted.
 */
export class CameraLog implements CameraReport, Disposable {
  readonly #name: string | undefined;
  readonly #kinds = new DisposableStack();
  readonly #lines = this.#kinds.use(log.rateLimited(20));
  readonly #damage = this.#kinds.use(log.rateLimited());

  /** @param name which one it is, where there are others */
  constructor(name?: string) {
    this.#name = name;
  }

  opened(line: string): void {
    this.#lines.info(this.#named(line));
  }

  state({ camera, why }: SourceState): void {
    const what = this.#name === undefined ? `camera ${camera}` : `camera ${this.#name} ${camera}`;
    this.#lines.info(why ? `${what}: ${why}` : what);
  }

  damaged({ message }: CaptureVideoError): void {
    this.#damage.warn(this.#named(message));
  }

  /** What is wrong with it, and ends nothing. */
  trouble(message: string): void {
    this.#lines.warn(this.#named(message));
  }

  bug(error: unknown): void {
    log.bug(error);
  }

  [Symbol.dispose](): void {
    this.#kinds.dispose();
  }

  #named(line: string): string {
    return this.#name === undefined ? line : `${this.#name}: ${line}`;
  }
}
