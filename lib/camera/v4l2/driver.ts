/**
 * What a camera's driver answers. The questions are asked in C++, with the kernel's own structures
 * (`lib/opencv/native/v4l2.cpp`); the answers come as JSON.
 *
 * @module
 */

import { CaptureVideoError } from "../../flow/errors.ts";
import { cString, textOf, v4l2, type V4l2Calls } from "../../opencv/ffi.ts";

/** A range of numbers: `step` is 0 where `min` and `max` are the only value. */
export interface Range {
  min: number;
  max: number;
  step: number;
}

/** A frame size as a driver offers it, one or all between two bounds in steps, with its rates. */
export interface CameraSize {
  /** Smallest and largest width in pixels; the same where only one is offered. */
  width: Range;
  height: Range;
  /** In frames a second, as the driver lists them; for a range of sizes those of the largest. */
  rates: Pick<Range, "min" | "max">[];
}

/** A pixel format with its sizes. */
export interface CameraFormat {
  /** Its four characters: `YUYV`, `MJPG`. */
  fourcc: string;
  /** What it can be had in, as the driver lists them; none where the driver lists none. */
  sizes: CameraSize[];
}

/** A control that is one 32-bit number and not switched off for good; a bitmask's `max` is all its bits. */
export interface CameraControl extends Range {
  /** The driver's number for it. */
  id: number;
  /** The driver's name as it is written: `White Balance Temperature`. */
  label: string;
  type: "integer" | "boolean" | "menu" | "button" | "bitmask" | "integer menu";
  /** The driver's own choice. */
  default: number;
  /** Its value now; `null` for a button, which has none, and where the camera does not say. */
  value: number | null;
  /** A menu's values with their words; empty for other kinds. */
  menu: [value: number, label: string][];
  /** Another control, such as an automatic mode, takes it out of use at the moment. */
  inactive: boolean;
  readOnly: boolean;
}

/** Why the system refused. */
export interface SystemError {
  /** Its number, the same on every Linux. */
  errno: number;
  /** The system's words for it: `Device or resource busy`. */
  reason: string;
}

/** A node that delivers pictures, or that could not be asked whether it does. */
export interface DriverCamera {
  /** The number in its path, by which OpenCV knows it too. */
  index: number;
  /** `/dev/video0`. */
  path: string;
  /** A link to it that stays the same when the index changes, where the system makes one. */
  stablePath: string | null;
  /** The device's name: `HD Pro Webcam C920`. */
  name: string;
  /** The kernel driver: `uvcvideo`; empty where it could not be asked. */
  driver: string;
  /** Where it is connected: `usb-0000:00:14.0-1`; empty where it could not be asked. */
  bus: string;
  /** What it can deliver, where that was asked for. */
  formats: CameraFormat[];
  /** Its controls, where they were asked for. */
  controls: CameraControl[];
  /** Why it could not be asked. */
  error: SystemError | null;
}

/** The room for an answer at first, in bytes; one that takes more is asked for again. */
const ANSWER_BYTES = 64 * 1024;

/** What to ask the driver besides what the camera is. */
export interface CameraQuestions {
  /** One camera by its path; default: all of them. */
  path?: string;
  formats?: boolean;
  /** Its controls with their values; a USB camera takes a while to answer. */
  controls?: boolean;
}

/** The cameras in the order of their paths. */
export function askCameras({ path = "", formats, controls }: CameraQuestions = {}): DriverCamera[] {
  return asked((calls, json) =>
    calls.v4l2_cameras(cString(path), Number(!!formats), Number(!!controls), json, json.length)
  );
}

/** Where starting the stream fails, and why; `error` is `null` where it does not. */
export function tryStream(
  path: string,
): { step: "open" | "capability" | "stream"; error: SystemError | null } {
  return asked((calls, json) => calls.v4l2_try_stream(cString(path), json, json.length));
}

/** The group that a node belongs to, and the other programs that have it open. */
export function usersOf(path: string): { group: string; holders: string[] } {
  return asked((calls, json) => calls.v4l2_users(cString(path), json, json.length));
}

/** Where links lead; a path that is not there as it is. */
export function realPath(path: string): string {
  return asked((calls, json) => calls.v4l2_real_path(cString(path), json, json.length));
}

/** Sets a control by the driver's number for it; it may take the nearest value that it knows. */
export function setControl(
  path: string,
  { id, value }: { id: number; value: number },
): SystemError | null {
  return asked((calls, json) =>
    calls.v4l2_set_control(cString(path), id, value, json, json.length)
  );
}

function asked<Answer>(
  question: (calls: V4l2Calls, json: Uint8Array<ArrayBuffer>) => number,
): Answer {
  const calls = v4l2();
  let json = new Uint8Array(ANSWER_BYTES);
  let length = question(calls, json);
  while (length > json.length) {
    json = new Uint8Array(2 * length);
    length = question(calls, json);
  }
  if (length > 0) return JSON.parse(textOf(json));
  throw new CaptureVideoError("opencv", `Cannot ask for cameras: ${textOf(json)}`);
}
