/**
 * Another host's pictures as a source of this computer.
 *
 * @module
 */

import { ComingJpegs } from "../camera/coming_jpegs.ts";
import type { HearTrouble, SourceState } from "../camera/source.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { type ReceivedJpeg, UNKNOWN_TIME } from "../guest/picture.ts";
import type { RemoteChannel } from "../guest/remote_channel.ts";
import type { RemoteSink } from "../guest/remote_sink.ts";
import { checkPixels } from "../jpeg/limits.ts";
import { jpegSize } from "../jpeg/markers.ts";

/** The zero of this computer's clock: a picture whose age nobody knows is older than any limit. */
const LONG_AGO_MICROS = 0;

/** When one of {@linkcode RemotePictures} was captured, as a `Picture` has it. */
export function captureTimeOf({ capturedAtMicros }: { readonly capturedAtMicros: number }): number {
  return capturedAtMicros === LONG_AGO_MICROS ? UNKNOWN_TIME : capturedAtMicros;
}

/** Options of {@linkcode RemotePictures}. */
export interface RemotePicturesOptions {
  /** The monotonic clock, in microseconds. */
  readonly now: () => number;
  /** Hears how the host's camera is, and the way to it, while no picture comes. */
  readonly onTrouble: HearTrouble;
}

/**
 * A remote channel's sink until it is closed, and a source.
 *
 * - Time: a picture was captured when the host says, in our own clock. A host of the tutorial says
 *   nothing, so that its pictures' age begins here, as an IP camera's does.
 * - Loss of the host or of its camera is told, and waited out: the channel connects again.
 */
export class RemotePictures extends ComingJpegs implements RemoteSink {
  /** Whoever receives the pictures knows better when one is overdue. */
  readonly patienceMs = Infinity;
  readonly #options: RemotePicturesOptions;
  readonly #where: string;
  readonly #subscription: Disposable;
  #state: SourceState = { camera: "starting" };
  /** Whether it was said that the camera is lost, which it no longer may be. */
  #isLost = false;
  #unsettled: Uint8Array | undefined;

  /** @param channel whose pictures they are; somebody else has it run */
  constructor(
    channel: Pick<RemoteChannel, "where" | "welcome" | "subscribe">,
    options: RemotePicturesOptions,
  ) {
    super(() => {
      const { description = "", fps = 0 } = channel.welcome?.source ?? {};
      const from = `from ${channel.where}`;
      return { description: description ? `${description}, ${from}` : from, fps, format: "mjpg" };
    });
    this.#options = options;
    this.#where = channel.where;
    this.#subscription = channel.subscribe(this);
  }

  /** Takes the newest picture. */
  offer({ jpeg, capturedAtMicros = this.#options.now() }: ReceivedJpeg): void {
    this.#unsettled = jpeg;
    this.#state = { camera: "live" };
    this.put({ jpeg, capturedAtMicros: Math.max(capturedAtMicros, LONG_AGO_MICROS) });
  }

  /** Whether the newest was a picture, as far as its headers say. */
  settle(): CaptureVideoError | null | undefined {
    const jpeg = this.#unsettled;
    this.#unsettled = undefined;
    if (!jpeg) return undefined;
    try {
      checkPixels(jpegSize(jpeg));
      return null;
    } catch (error) {
      if (error instanceof CaptureVideoError) return error;
      throw error;
    }
  }

  /** Takes note of how the host's camera is. */
  state(state: SourceState): void {
    this.#state = state;
    this.#tell();
  }

  override readJpeg(): ReturnType<ComingJpegs["readJpeg"]> {
    // A picture that came before the trouble may have been passed on behind it.
    this.#tell();
    return super.readJpeg();
  }

  override async close(): Promise<void> {
    this.#subscription[Symbol.dispose]();
    await super.close();
  }

  #tell(): void {
    const { camera, why = `${this.#where} opens its camera` } = this.#state;
    // That it is starting, everybody believes who has heard nothing of it yet.
    if (camera === "lost" || camera === "starting" && (this.#isLost || this.hasBegun)) {
      this.#options.onTrouble(why, camera);
    }
    this.#isLost = camera === "lost";
  }
}
