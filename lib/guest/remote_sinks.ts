/**
 * All who take a channel's pictures, and what that says of the way from the camera.
 *
 * @module
 */

import { type Mat, monotonicMicros } from "../opencv/mod.ts";
import { LinkReport } from "./link_report.ts";
import type { FeedEvent, ReceivedJpeg } from "./picture.ts";
import type { RemoteSink } from "./remote_sink.ts";

/**
 * Hands pictures out.
 *
 * - Order: sinks get pictures in the order in which they come, and of subscribing; none that takes
 *   pixels waits until they are compressed for another.
 * - Link: live from the first picture that could be decoded, and as long as some can; where no sink
 *   decodes, from the first that came.
 */
export class RemoteSinks {
  /** How the way from the camera is; all of them are told. */
  readonly report: LinkReport;
  readonly #sinks = new Set<RemoteSink>();
  /** Whether a picture has come that no sink has settled yet. */
  #isUnsettled = false;

  constructor(onEvent: (event: FeedEvent) => void) {
    this.report = new LinkReport((link, camera) => {
      onEvent({ kind: "link", link });
      for (const sink of this.#sinks) sink.state?.(camera);
    });
  }

  /** Has a sink take pictures, until it is disposed of. */
  subscribe(sink: RemoteSink): Disposable {
    this.#sinks.add(sink);
    return { [Symbol.dispose]: () => void this.#sinks.delete(sink) };
  }

  /**
   * Offers a picture, to be settled.
   *
   * @throws {CaptureVideoError} what a sink throws that cannot go on
   */
  offer(picture: ReceivedJpeg): void {
    for (const sink of this.#sinks) sink.offer(picture);
    this.#isUnsettled = true;
  }

  /**
   * Offers a picture that is no JPEG, and is settled by that.
   *
   * @param compress makes one of it, for those that take nothing else
   * @throws what {@linkcode offer} and `compress` throw
   */
  async offerPixels(
    picture: Mat,
    capturedAtMicros: number,
    compress: () => Promise<Uint8Array>,
  ): Promise<void> {
    for (const sink of this.#sinks) sink.offerPixels?.(picture, capturedAtMicros);
    this.report.live();
    let jpeg: Uint8Array | undefined;
    for (const sink of this.#sinks) {
      if (!sink.offerPixels) sink.offer({ jpeg: jpeg ??= await compress(), capturedAtMicros });
    }
  }

  /** Whether a picture has come: one that was decoded, or that nobody has looked at. */
  settle(): boolean {
    let isPicture = this.#isUnsettled;
    this.#isUnsettled = false;
    for (const sink of this.#sinks) {
      const fault = sink.settle?.();
      if (fault) this.report.broken(fault.message, monotonicMicros());
      if (fault !== undefined) isPicture = fault === null;
    }
    if (isPicture) this.report.live();
    return isPicture;
  }
}
