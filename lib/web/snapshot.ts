/**
 * One picture, for whoever asks for one.
 *
 * @module
 */

import type { SourceState } from "../camera/source.ts";
import type { Channel } from "../channel/channel.ts";
import type { EncodedFrame } from "../channel/encoded_frame.ts";
import type { JpegSink } from "../channel/sink.ts";
import type { Admission, Client } from "../host/admission.ts";
import type { FrameParts, PicturePart } from "./frame_parts.ts";

/** How long a picture is waited for, in milliseconds: a stream may take that long to open. */
const WITHIN_MS = 15_000;

/** A picture, or why there is none. */
export type Snapshot = PicturePart | { readonly why: string };

/** Options of {@linkcode takeSnapshot}. */
export interface SnapshotOptions {
  readonly channel: Pick<Channel, "subscribe">;
  /** Who may ask, at how many at a time. */
  readonly admission: Pick<Admission, "enter">;
  readonly address: string;
  readonly parts: FrameParts;
  /** The picture must have been captured then or later, in microseconds of the host's clock. */
  readonly sinceMicros: number;
  /** Aborted when nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/** Waits for a picture, opening the camera if nobody else has. */
export async function takeSnapshot(options: SnapshotOptions): Promise<Snapshot> {
  const { channel, admission, address, signal } = options;
  const { promise, resolve } = Promise.withResolvers<Snapshot>();
  const give = (why: string) => resolve({ why });
  using _place = admission.enter(new Waiting(address, give));
  using _subscription = channel.subscribe(new OnePicture(options, resolve));
  const timer = setTimeout(() => give("the camera gives no picture"), WITHIN_MS);
  const left = () => give("it is not waited for");
  signal.addEventListener("abort", left);
  if (signal.aborted) left();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", left);
  }
}

/** Whoever waits for a picture. */
class Waiting implements Client {
  readonly silentMicros = 0;

  constructor(readonly address: string, readonly cut: (why: string) => void) {}
}

/** Takes the first picture that is new enough. */
class OnePicture implements JpegSink {
  readonly takes = "jpeg";
  readonly rendition = "full";
  readonly wantsAll = true;
  readonly #options: SnapshotOptions;
  readonly #resolve: (snapshot: Snapshot) => void;

  constructor(options: SnapshotOptions, resolve: (snapshot: Snapshot) => void) {
    this.#options = options;
    this.#resolve = resolve;
  }

  wants(capturedAtMicros: number): boolean {
    return capturedAtMicros >= this.#options.sinceMicros;
  }

  offer(frame: EncodedFrame): void {
    this.#resolve(this.#options.parts.of(frame));
  }

  state({ camera, why }: SourceState): void {
    if (camera === "lost") this.#resolve({ why: why ?? "the camera is lost" });
  }
}
