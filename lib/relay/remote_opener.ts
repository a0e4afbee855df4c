/**
 * Opening another host's pictures as a camera of this one.
 *
 * @module
 */

import { cannotOpen, type FrameSource, type HearTrouble } from "../camera/source.ts";
import { withPort } from "../cli/address.ts";
import { isSameCamera } from "../cli/camera_name.ts";
import { CaptureVideoError, type ErrorCode } from "../flow/errors.ts";
import { pause } from "../flow/timing.ts";
import { welcomeOf } from "../guest/host_welcome.ts";
import type { RemoteChannelSettings } from "../guest/remote_channel.ts";
import { RunningPictures, type RunningPicturesOptions } from "./running_pictures.ts";

/** Who was turned away comes again after so long, in milliseconds: the other side may have changed. */
const AGAIN_AFTER_REFUSAL_MS = 10_000;

/** What may be otherwise later, without the user. */
const PASSING: readonly ErrorCode[] = ["connection", "refused"];

/** Options of a {@linkcode RemoteOpener}. */
export interface RemoteOpenerOptions extends Pick<RunningPicturesOptions, "now" | "say"> {
  /** Ends the first look at the host, and the asking for its key. */
  readonly stop: AbortSignal;
}

/** Opens one host's pictures again and again, and not soon after the host has refused that. */
export class RemoteOpener {
  readonly #settings: RemoteChannelSettings;
  readonly #options: RemoteOpenerOptions;
  #refusedUntilMs = 0;

  constructor(settings: RemoteChannelSettings, options: RemoteOpenerOptions) {
    this.#settings = settings;
    this.#options = options;
    settings.relays?.comesVia([]);
  }

  /**
   * Looks whether the host is there, lets us in, and has the camera, without opening that.
   *
   * @throws {CaptureVideoError} `camera-unavailable`, or why the host does not let us in
   */
  async check(): Promise<void> {
    const { camera: ownName, relays: _, ...question } = this.#settings;
    const { hostname, port, nats } = question;
    const { say, stop } = this.#options;
    const where = nats
      ? `${nats.host} by NATS, at ${nats.servers.servers.join()}`
      : withPort(hostname, port);
    const welcome = await welcomeOf(question, say, stop).catch((error) => {
      if (!mayPass(error)) throw error;
      const why = error.message.replace(/^Cannot .*?: /, "");
      throw cannotOpen(where, `${why}; --wait waits for it`, { cause: error });
    });
    const camera = nats ? nats.camera : ownName;
    const { cameras } = welcome ?? {};
    if (camera === undefined || !cameras) return;
    if (cameras.some(({ name }) => isSameCamera(name, camera))) return;
    const names = cameras.map(({ name }) => name).join(", ");
    throw cannotOpen(`camera ${camera} of ${where}`, `it has ${names}`);
  }

  /** Connects, and waits for the first picture. */
  async open(onTrouble: HearTrouble, signal?: AbortSignal): Promise<FrameSource> {
    const { now, say, stop } = this.#options;
    await pause(Math.max(0, this.#refusedUntilMs - performance.now()), signal ?? stop);
    const onFailure = (error: unknown) => {
      if (!mayPass(error)) this.#refusedUntilMs = performance.now() + AGAIN_AFTER_REFUSAL_MS;
    };
    return await RunningPictures.open(this.#settings, { now, onTrouble, say, onFailure }, signal);
  }
}

/** Whether an error may be none later, without the user. */
function mayPass(error: unknown): error is CaptureVideoError {
  return error instanceof CaptureVideoError && PASSING.includes(error.code);
}
