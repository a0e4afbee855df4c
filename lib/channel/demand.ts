/**
 * What is wanted of one camera now.
 *
 * @module
 */

import type { JpegEncodeOptions } from "../opencv/mod.ts";
import type { Rendition } from "./rendition.ts";
import type { JpegSink, PixelSink, Sink } from "./sink.ts";

/**
 * All the sinks of a channel, and what they want together. It is there before the camera and the
 * compression, which look here before each picture.
 */
export class Demand {
  readonly jpegSinks: ReadonlySet<JpegSink> = new Set();
  readonly pixelSinks: ReadonlySet<PixelSink> = new Set();
  readonly #encoder: { readonly fullOptions: JpegEncodeOptions };

  /** @param encoder says how the full rendition is compressed now */
  constructor(encoder: { readonly fullOptions: JpegEncodeOptions }) {
    this.#encoder = encoder;
  }

  /** Counts a sink in, until it is disposed of. */
  add(sink: Sink): Disposable {
    const sinks = (sink.takes === "jpeg" ? this.jpegSinks : this.pixelSinks) as Set<Sink>;
    sinks.add(sink);
    return { [Symbol.dispose]: () => void sinks.delete(sink) };
  }

  /** How the next picture is best compressed in the call that captures it, if that is all it needs. */
  get compression(): JpegEncodeOptions | undefined {
    let isWanted = false;
    for (const { rendition, wantsAll } of this.jpegSinks) {
      if (rendition !== "full") return undefined;
      isWanted ||= wantsAll;
    }
    return isWanted ? this.#encoder.fullOptions : undefined;
  }

  /** Who wants the picture captured then, by the rendition. */
  takers(capturedAtMicros: number): Map<Rendition, JpegSink[]> {
    const takers = new Map<Rendition, JpegSink[]>();
    for (const sink of this.jpegSinks) {
      if (!sink.wants(capturedAtMicros)) continue;
      const others = takers.get(sink.rendition);
      if (others) others.push(sink);
      else takers.set(sink.rendition, [sink]);
    }
    return takers;
  }
}
