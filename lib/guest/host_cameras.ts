/**
 * Which cameras a host has, as a list and in lines.
 *
 * @module
 */

import { withPort } from "../cli/address.ts";
import { ONLY_CAMERA } from "../cli/camera_name.ts";
import { log } from "../cli/log.ts";
import { print } from "../cli/print.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import type { ListedCamera } from "../protocol/messages.ts";
import { inColumns } from "../text/columns.ts";
import { type CameraQuestion, welcomeOf } from "./host_welcome.ts";

/**
 * A host's cameras, the first first.
 *
 * @param say called with a line there is to know about keys
 * @param signal ends the asking; there are none then
 * @throws {CaptureVideoError} when the host cannot be reached, or does not let us in
 */
export async function camerasOf(
  question: CameraQuestion,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<readonly ListedCamera[]> {
  const welcome = await welcomeOf(question, say, signal);
  if (signal.aborted) return [];
  if (!welcome) {
    throw new CaptureVideoError(
      "protocol",
      `Cannot list the cameras of ${withPort(question.hostname, question.port)}: it is a host of ` +
        "the tutorial, which has one",
    );
  }
  // A host that knows of one camera only says nothing of its name.
  const { cameras, camera = ONLY_CAMERA, source: { description } } = welcome;
  return cameras ?? [{ name: camera, state: "live", description }];
}

/**
 * Prints them: a line for each with its name, how it is, and what it is.
 *
 * @throws {CaptureVideoError} as {@linkcode camerasOf} does
 */
export async function printCameras(
  { json, timeout: timeoutSeconds, ...host }:
    & Omit<CameraQuestion, "timeoutSeconds">
    & { json: boolean; timeout: number },
  signal: AbortSignal,
): Promise<void> {
  const question = { ...host, timeoutSeconds };
  const cameras = await camerasOf(question, (line) => log.info(line), signal);
  if (signal.aborted) return;
  const rows = cameras.map(({ name, state, description }) => [name, state, description]);
  print(json ? JSON.stringify(cameras, null, 2) : inColumns(rows).join("\n"));
}
