/**
 * Which camera is meant: by a host's name, on a NATS server, or by the camera's own address.
 *
 * @module
 */

import { isUrl, parseAddress } from "../cli/address.ts";
import { isNatsUrl } from "../cli/nats_address.ts";
import type { NatsOptions } from "../nats/settings.ts";
import { withoutPassword } from "../text/passwords.ts";
import type { FeedSettings } from "./picture.ts";
import { NO_ADDRESS } from "./remote_channel.ts";

/** Where a camera's pictures come from. */
export interface NamedCamera
  extends Pick<FeedSettings, "hostname" | "port" | "found" | "camera" | "url" | "nats"> {
  /** What it is called, for people. */
  readonly name: string;
}

/** What an address leaves open. */
export interface AddressSettings extends NatsOptions {
  /** Where a host listens whose port is not named. */
  readonly port: number;
  /** Whether both computers' wall clocks are believed where nothing else tells a picture's age. */
  readonly trustWallClock: boolean;
}

/**
 * A camera by what was typed, which `CAMERA_FORM` has allowed.
 *
 * @throws {UsageError} when what NATS needs contradicts itself, or is missing
 * @throws {CaptureVideoError} `identity`, when others can read a secret's file
 */
export async function cameraAt(text: string, settings: AddressSettings): Promise<NamedCamera> {
  if (isNatsUrl(text)) {
    const { natsCamera } = await import("../nats/settings.ts");
    const nats = natsCamera(text, { ...settings, camera: undefined });
    const name = nats.camera === undefined ? nats.host : `${nats.host}/${nats.camera}`;
    return { ...NO_ADDRESS, name, nats };
  }
  if (isUrl(text)) {
    const name = withoutPassword(text).replace(/^[a-z]+:\/\//i, "");
    return { ...NO_ADDRESS, name, url: text };
  }
  const { host, port = settings.port, camera } = parseAddress(text)!;
  return { name: text, hostname: host, port: Number(port), camera };
}
