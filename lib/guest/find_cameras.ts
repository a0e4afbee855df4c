/**
 * Which cameras a guest is to show that shows several.
 *
 * @module
 */

import { log } from "../cli/log.ts";
import { noHost, placeOf } from "../discovery/choice.ts";
import { HostFinder } from "../discovery/host_finder.ts";
import type { FoundHost } from "../discovery/host_list.ts";
import { shownName } from "../discovery/host_text.ts";
import { ownHost, withOwnHost } from "../discovery/own_computer.ts";
import { asTheyCome } from "../flow/as_they_come.ts";
import { pause } from "../flow/timing.ts";
import { describeError } from "../text/error_text.ts";
import { type AddressSettings, cameraAt, type NamedCamera } from "./camera_address.ts";
import { camerasOf } from "./host_cameras.ts";
import type { CameraQuestion } from "./host_welcome.ts";

/** More are not shown: each takes a connection and a part of the window. */
export const MAX_CAMERAS = 64;

/** How often is looked for hosts that are new, in milliseconds. */
const LOOK_AGAIN_MS = 500;

/** Which cameras are meant. */
export interface CameraSettings extends AddressSettings {
  /** Their addresses. */
  readonly tiles: readonly string[];
  /** Whether every camera of every host is meant as well. */
  readonly all: boolean;
  /** Whether to wait for hosts that are not there yet. */
  readonly reconnect: boolean;
}

/** How hosts are asked for their cameras. */
export type HostQuestion = Pick<CameraQuestion, "open" | "key" | "timeoutSeconds" | "asking">;

/**
 * The cameras that were named, and then, where all are meant, each that is found, as long as it is
 * waited for.
 *
 * @param stop ends the search
 * @throws {CaptureVideoError} `connection`, when all are meant, there is none, and none is waited for
 */
export async function* findCameras(
  settings: CameraSettings & HostQuestion,
  stop: AbortSignal,
): AsyncGenerator<NamedCamera, void> {
  let count = 0;
  for (const text of settings.tiles) {
    yield await cameraAt(text, settings);
    count++;
  }
  if (!settings.all) return;
  for await (const camera of everyCamera(settings, stop)) {
    if (count++ >= MAX_CAMERAS) {
      return log.warn(`there are more than ${MAX_CAMERAS} cameras; the others are not shown`);
    }
    yield camera;
  }
}

/** Those of each host, which are asked for them side by side: one may take its time. */
function everyCamera(
  settings: CameraSettings & HostQuestion,
  stop: AbortSignal,
): ReadableStream<NamedCamera> {
  return asTheyCome(
    (over) => everyHost(settings, AbortSignal.any([stop, over])),
    (host, over) => camerasOfHost(host, settings, AbortSignal.any([stop, over])),
  );
}

/** Each host once, as they are found. */
async function* everyHost(
  { port, reconnect }: Pick<CameraSettings, "port" | "reconnect">,
  stop: AbortSignal,
): AsyncGenerator<FoundHost, void> {
  await using finder = new HostFinder();
  log.info("looking for hosts on this computer and in its networks");
  if (!reconnect) await finder.all({ signal: stop });
  const known = new Set<string>();
  while (!stop.aborted) {
    for (const host of withOwnHost(finder.hosts, await ownHost(port))) {
      // Its name may change while it is there; by its key it is known all the same.
      const identity = host.fingerprint ?? host.name.toLowerCase();
      if (known.has(identity)) continue;
      known.add(identity);
      yield host;
    }
    if (!reconnect && known.size === 0 && !stop.aborted) throw noHost();
    if (!reconnect) return;
    await pause(LOOK_AGAIN_MS, stop);
  }
}

async function camerasOfHost(
  host: FoundHost,
  question: HostQuestion,
  stop: AbortSignal,
): Promise<NamedCamera[]> {
  const name = shownName(host);
  const place = placeOf(host);
  const say = (line: string) => log.info(`${name}: ${line}`);
  try {
    const cameras = await camerasOf({ ...question, ...place }, say, stop);
    const [, second] = cameras;
    return cameras.map(({ name: camera }) => ({
      ...place,
      ...second ? { name: `${name}/${camera}`, camera } : { name },
    }));
  } catch (error) {
    if (!describeError(error).expected) throw error;
    // Its tile says why, and goes on trying.
    return [{ ...place, name }];
  }
}
