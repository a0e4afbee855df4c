/**
 * All cameras of a host.
 *
 * @module
 */

import type { OutsideMakers } from "../camera/open_source.ts";
import { holdsThread } from "../camera/source_spec.ts";
import {
  CameraChannel,
  type CameraChannelOptions,
  type CameraSettings,
} from "../channel/camera_channel.ts";
import { Cameras } from "../channel/cameras.ts";
import type { ControlBounds, PictureControlsOptions } from "../channel/picture_controls.ts";
import { RelayChain } from "../channel/relay_chain.ts";
import { CaptureVideoError, UsageError } from "../flow/errors.ts";
import { CameraLog } from "./camera_log.ts";

/**
 * So many cameras may wait on a thread each: the pool has 32, a camera that hangs holds two, and what
 * is left compresses.
 */
const MAX_ON_THREADS = 12;

/** Options of {@linkcode HostCameras}. */
export interface HostCamerasOptions<S extends CameraSettings>
  extends Pick<CameraChannelOptions, "now"> {
  /**
   * Who makes a camera's source where others than this program open it; `relays`: who else shows
   * that camera's pictures.
   */
  readonly outside: (camera: S, relays: RelayChain) => OutsideMakers;
}

/**
 * A channel for each camera: one that is lost, slow or hanging touches no other.
 *
 * - Dispose: they are closed side by side.
 */
export class HostCameras<S extends CameraSettings = CameraSettings> extends Cameras
  implements AsyncDisposable {
  /** In the order in which they were named. */
  readonly cameras: readonly CameraChannel[];
  readonly #logs: readonly CameraLog[];
  #isEnding = false;

  /**
   * @param settings at least one, each with a name of its own
   * @throws {UsageError} when there are too many, or one of them cannot be meant
   */
  constructor(settings: readonly S[], { outside, now }: HostCamerasOptions<S>) {
    const onThreads = settings.filter(({ source }) => holdsThread(source)).length;
    if (onThreads > MAX_ON_THREADS) {
      throw new UsageError(
        `one host opens at most ${MAX_ON_THREADS} cameras, films and streams besides those over ` +
          `HTTP, of browsers and of other hosts, not ${onThreads}; start another host for the rest`,
      );
    }
    const isOne = settings.length === 1;
    const logs = settings.map(({ name }) => new CameraLog(isOne ? undefined : name));
    const cameras = settings.map((camera, index) => {
      const relays = new RelayChain();
      const report = logs[index]!;
      return new CameraChannel(camera, { outside: outside(camera, relays), now, relays, report });
    });
    super(cameras.map(({ channel }) => channel));
    this.cameras = cameras;
    this.#logs = logs;
  }

  /**
   * Looks whether they can be opened, as far as that is quick. Of several, one that cannot be is said,
   * and is tried again when somebody wants it.
   *
   * @throws {CaptureVideoError} `camera-unavailable`, when none can be; `bridge-unavailable`
   * @throws {UsageError} when one of them cannot be meant
   */
  async check(): Promise<void> {
    const checks = await Promise.allSettled(this.cameras.map(({ source }) => source.check()));
    const faults = checks.map((check) => check.status === "rejected" ? check.reason : undefined);
    const isUnavailable = (fault: unknown) =>
      fault instanceof CaptureVideoError && fault.code === "camera-unavailable";
    const final = faults.find((fault) => fault !== undefined && !isUnavailable(fault));
    if (final !== undefined) throw final;
    if (faults.every(isUnavailable)) throw faults[0];
    faults.forEach((fault, index) => {
      if (fault instanceof CaptureVideoError) this.#logs[index]!.trouble(fault.message);
    });
  }

  /** What can be changed of each while it is watched, by its name. */
  controls(bounds: ControlBounds): ReadonlyMap<string, PictureControlsOptions> {
    return new Map(
      this.cameras.map(({ channel: { name }, source, feed: camera, encoder }) => [
        name,
        { source, camera, encoder, bounds },
      ]),
    );
  }

  /** Publishes what they capture; resolves when all of them are films, and have ended. */
  async publish(): Promise<void> {
    await Promise.all(this.cameras.map(async (camera) => {
      await camera.publish();
      // That of the only one ends the host, and is said as that.
      if (this.cameras.length > 1 && !this.#isEnding) camera.feed.end("the video has ended");
    }));
  }

  /** Takes no more pictures, so that {@linkcode publish} resolves. */
  end(): void {
    this.#isEnding = true;
    for (const { feed } of this.cameras) feed.frames.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.cameras.map((camera) => camera[Symbol.asyncDispose]()));
    for (const log of this.#logs) log[Symbol.dispose]();
  }
}
