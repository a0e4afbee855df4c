/**
 * The cameras that the system has, and the one that is meant.
 *
 * Only nodes that deliver pictures count: a webcam has others, for its metadata.
 *
 * @module
 */

import { CaptureVideoError } from "../../flow/errors.ts";
import { askCameras, type CameraQuestions, type DriverCamera, realPath } from "./driver.ts";
import { explainError } from "./explain.ts";

/** One camera. */
export interface CameraInfo extends Omit<DriverCamera, "error"> {
  /** Why it could not be asked, as the end of a sentence; `undefined` when it could. */
  problem: string | undefined;
}

/**
 * Every camera, in the order of their indexes. None is streamed from, so one in use is listed too.
 *
 * @param options whether for their controls too: a USB camera takes a while to answer
 * @throws {CaptureVideoError} `bridge-unavailable`: the system is not Linux
 */
export function listCameras(options: Pick<CameraQuestions, "controls"> = {}): CameraInfo[] {
  return asked({ formats: true, ...options });
}

/**
 * The camera that `spec` names.
 *
 * @param spec an index (`0`), a path (`/dev/video2` or a link to it), or a part of one camera's
 * name in upper or lower case (`c920`)
 * @throws {CaptureVideoError} `camera-unavailable`: none or more than one; the message lists them
 */
export function findCamera(spec: string): CameraInfo {
  const cameras = identifyCameras();
  const matches = matchingCameras(spec, cameras);
  const [match] = matches;
  if (match && matches.length === 1) return asked({ path: match.path, formats: true })[0] ?? match;
  const why = matches.length === 0
    ? cameraChoice(cameras)
    : `more than one camera has that in its name: ${namesOf(matches)}`;
  throw new CaptureVideoError("camera-unavailable", `Cannot find camera ${spec}: ${why}`);
}

/** Those of `cameras` that `spec` may mean; see {@linkcode findCamera}. */
export function matchingCameras(spec: string, cameras: readonly CameraInfo[]): CameraInfo[] {
  if (/^\d+$/.test(spec)) return cameras.filter(({ index }) => index === Number(spec));
  if (spec.startsWith("/")) {
    const path = realPath(spec);
    return cameras.filter((camera) => camera.path === path);
  }
  const part = spec.toLowerCase();
  return cameras.filter(({ name }) => name.toLowerCase().includes(part));
}

/** What there is instead, as the end of a sentence. */
export function cameraChoice(cameras: readonly CameraInfo[]): string {
  return cameras.length === 0
    ? "no camera is connected; --source test shows a moving pattern"
    : `the cameras are ${namesOf(cameras)}`;
}

function namesOf(cameras: readonly CameraInfo[]): string {
  return cameras.map(({ index, name, path }) => `${index} "${name}" (${path})`).join(", ");
}

/** Every camera by name and place, which takes one question each. */
export function identifyCameras(): CameraInfo[] {
  return asked({});
}

function asked(questions: CameraQuestions): CameraInfo[] {
  return askCameras(questions)
    .map(({ error, ...camera }) => ({
      ...camera,
      problem: error === null ? undefined : explainError(error, camera.path),
    }))
    .sort((a, b) => a.index - b.index);
}
