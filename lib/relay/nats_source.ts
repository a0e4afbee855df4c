/**
 * A camera on a NATS server as a camera of this host: `--source nats://10.0.0.7/studio/front`.
 *
 * @module
 */

import type { OutsideSource } from "../camera/open_source.ts";
import type { FrameSource, HearTrouble } from "../camera/source.ts";
import type { RelayChain } from "../channel/relay_chain.ts";
import { NATS_CAMERA_FORM } from "../cli/nats_address.ts";
import { UsageError } from "../flow/errors.ts";
import { NO_ADDRESS } from "../guest/remote_channel.ts";
import { type NatsCamera, natsCamera, type NatsOptions } from "../nats/settings.ts";
import { subjectPart } from "../nats/subjects.ts";
import { RemoteOpener, type RemoteOpenerOptions } from "./remote_opener.ts";

/** A host is waited for so long without a picture of a live camera, as by a guest, in seconds. */
const TIMEOUT_SECONDS = 10;

/** What the user says of it. */
export interface NatsSourceSettings extends NatsOptions {
  /** Where this host itself publishes, if it does. */
  readonly nats: string | undefined;
  readonly trustWallClock: boolean;
}

/** Options of a {@linkcode NatsSource}. */
export interface NatsSourceOptions extends RemoteOpenerOptions {
  /** What this host is called where it publishes, and the camera that has this source. */
  readonly own: { readonly host: string; readonly camera: string };
  /** Who shows these pictures on: this host, and others behind it. */
  readonly relays: RelayChain;
}

/**
 * Reads while its pictures are wanted.
 *
 * - Loss of the server, of the host behind it, and of that one's camera is waited out.
 * - Loop: a host does not read what it publishes itself, nor what others have from it.
 */
export class NatsSource implements OutsideSource {
  readonly #opener: RemoteOpener;

  /**
   * @throws {UsageError} the source cannot be meant, or what it needs contradicts itself
   * @throws {CaptureVideoError} `identity`, when others can read a secret's file
   */
  constructor(source: string, settings: NatsSourceSettings, options: NatsSourceOptions) {
    const { pattern, says, hint } = NATS_CAMERA_FORM;
    if (!pattern.test(source) || hint?.(source)) {
      throw new UsageError(`--source must ${hint?.(source) ?? `be ${says}`}`);
    }
    const nats = natsCamera(source, settings);
    if (settings.nats !== undefined && isOwn(nats, options.own)) {
      throw new UsageError(`--source ${source} is what this host publishes itself`);
    }
    this.#opener = new RemoteOpener({
      ...NO_ADDRESS,
      ...{ nats, timeoutSeconds: TIMEOUT_SECONDS, relays: options.relays },
      ...{ maxFps: undefined, frames: undefined, reconnect: true, open: false, key: undefined },
    }, options);
  }

  /** Looks whether it can be opened. */
  check(): Promise<void> {
    return this.#opener.check();
  }

  /** Connects, and waits for the first picture. */
  open(onTrouble: HearTrouble, signal?: AbortSignal): Promise<FrameSource> {
    return this.#opener.open(onTrouble, signal);
  }
}

/** Whether a host would read what it publishes. */
function isOwn({ host, camera }: NatsCamera, own: NatsSourceOptions["own"]): boolean {
  return subjectPart(host) === subjectPart(own.host) &&
    (camera === undefined || subjectPart(camera) === subjectPart(own.camera));
}
