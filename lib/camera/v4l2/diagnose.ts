/**
 * Finds out why a camera does not open or deliver, by trying step by step what OpenCV tries: it
 * says only that it failed.
 *
 * @module
 */

import { constants } from "node:os";
import { cameraChoice, identifyCameras } from "./cameras.ts";
import { askCameras, realPath, tryStream } from "./driver.ts";
import { explainError } from "./explain.ts";

/**
 * Why a camera cannot be used, as the end of a sentence without a period; `undefined` when it can.
 *
 * Call it only after opening it failed, and with nothing of this process open on it: it starts the
 * stream for a moment, in the format that was last set.
 *
 * @param path the device node, or a link to it
 * @throws {CaptureVideoError} `bridge-unavailable`: the system is not Linux
 */
export function diagnoseCamera(path: string): string | undefined {
  const node = realPath(path);
  const { step, error } = tryStream(node);
  if (error === null) return undefined;
  if (step === "stream") {
    return explainError(error, node, `its driver does not start the stream: ${error.reason}`);
  }
  const isThere = error.errno !== constants.errno.ENOENT;
  if (isThere && step === "open") return explainError(error, node);
  const what = isThere ? `${node} is not a camera` : `there is no ${path}`;
  return `${what}; ${cameraChoice(identifyCameras())}`;
}

/**
 * Why a camera that is open delivers no more, as the end of a sentence without a period; `undefined`
 * while it is there, and more may come.
 *
 * @param path the device node: its number is not given to another camera while this one is open
 * @throws {CaptureVideoError} `bridge-unavailable`: the system is not Linux
 */
export function diagnoseLoss(path: string): string | undefined {
  const [camera] = askCameras({ path });
  if (!camera) return "it has been disconnected";
  return camera.error ? explainError(camera.error, path) : undefined;
}
