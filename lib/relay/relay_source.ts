/**
 * Another host as a camera of this one: `--source capturevideo://studio/front`.
 *
 * @module
 */

import type { OutsideSource } from "../camera/open_source.ts";
import type { FrameSource, HearTrouble } from "../camera/source.ts";
import { CAMERA_ADDRESS_RULE, isPort, parseAddress } from "../cli/address.ts";
import { CAMERA_NAME_FORM } from "../cli/camera_name.ts";
import type { RelayChain } from "../channel/relay_chain.ts";
import { UsageError } from "../flow/errors.ts";
import type { RemoteChannelSettings } from "../guest/remote_channel.ts";
import { givenKey } from "../privacy/key_file.ts";
import { unescaped } from "../text/unescaped.ts";
import { RemoteOpener, type RemoteOpenerOptions } from "./remote_opener.ts";

/** What the user says of it. */
export interface RelaySettings {
  /** `capturevideo://`, and a host's address with a camera of it or not. */
  readonly source: string;
  /** How long a live camera may give no picture, in seconds. */
  readonly deviceTimeout: number;
  /** The host's key, where it is given. */
  readonly sourceKey: string | undefined;
  /** A file with it. */
  readonly sourceKeyFile: string | undefined;
  /** Whether the host may be one on another computer that needs no key. */
  readonly sourceOpen: boolean;
}

/** Options of a {@linkcode RelaySource}. */
export interface RelayOptions extends RemoteOpenerOptions {
  /** Where hosts listen that name no port. */
  readonly usualPort: number;
  /** Who shows these pictures on: this host, and others behind it. */
  readonly relays: RelayChain;
}

/** A host is waited for at least so long without a picture, as by a guest: it is heard meanwhile. */
const LEAST_TIMEOUT_SECONDS = 10;

const ADVICE = {
  key: "set CAPTUREVIDEO_SOURCE_KEY, or name a file with --source-key-file",
  open: "--source-open takes it",
};

/**
 * Finds one host by its name or address, again and again, and connects while its pictures are wanted.
 *
 * - Loss of the host, and of its camera, is waited out on one connection after another.
 * - Loop: the host is told who has its pictures from here, and refuses where it is one of them.
 */
export class RelaySource implements OutsideSource {
  readonly #opener: RemoteOpener;

  /**
   * @throws {UsageError} the source cannot be meant, or what holds the key is none
   * @throws {CaptureVideoError} `identity`, when others can read the key's file
   */
  constructor(settings: RelaySettings, options: RelayOptions) {
    const { sourceKey: key, sourceKeyFile: keyFile, sourceOpen: open, deviceTimeout } = settings;
    this.#opener = new RemoteOpener({
      ...addressIn(settings.source, options.usualPort),
      key: givenKey({ key, keyFile }, "CAPTUREVIDEO_SOURCE_KEY"),
      open,
      timeoutSeconds: Math.max(LEAST_TIMEOUT_SECONDS, deviceTimeout),
      maxFps: undefined,
      frames: undefined,
      reconnect: true,
      relays: options.relays,
      advice: ADVICE,
    }, options);
  }

  /** Looks whether it can be opened; asks for the host's key where it is private. */
  check(): Promise<void> {
    return this.#opener.check();
  }

  /** Connects, and waits for the first picture. */
  open(onTrouble: HearTrouble, signal?: AbortSignal): Promise<FrameSource> {
    return this.#opener.open(onTrouble, signal);
  }
}

/** The host, and the camera, that a source names. */
function addressIn(
  source: string,
  usualPort: number,
): Pick<RemoteChannelSettings, "hostname" | "port" | "camera"> {
  // A name's blanks may be written as in URLs.
  const text = source.replace(/^capturevideo:\/\//i, "").replace(/\/$/, "");
  const { host: hostname, port = String(usualPort), camera } = parseAddress(unescaped(text)) ?? {};
  const isCamera = camera === undefined || CAMERA_NAME_FORM.pattern.test(camera);
  if (hostname !== undefined && isPort(port) && isCamera) {
    return { hostname, port: Number(port), camera };
  }
  throw new UsageError(
    `--source capturevideo:// needs ${CAMERA_ADDRESS_RULE}, and that in place of "${text}"`,
  );
}
