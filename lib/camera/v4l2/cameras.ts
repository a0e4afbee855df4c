/**
 * The cameras that the system has, and the one that is meant.
 *
 * Only nodes that deliver pictures count: a webcam has others, for its metadata.
 *
 * @example
 * ```ts ignore
 * import { findCamera, listCameras } from "./cameras.ts";
 *
 * for (const camera of listCameras()) console.log(camera.index, camera.name, camera.path);
 * console.log(findCamera("c920").path);
 * ```
 * @module
 */

import { basename } from "node:path";
import { CaptureVideoError } from "../../errors.ts";
import { CAP_VIDEO_CAPTURE, type FrameSizeRange, type RateRange } from "./abi.ts";
import { type CameraControl, controlsOf } from "./controls.ts";
import { V4l2Device } from "./device.ts";
import { explainOpenError } from "./explain.ts";
import { ErrnoError } from "./libc.ts";
import { linkTarget, namesIn, textIn } from "./system_files.ts";

/** A frame size with the rates it is offered at. */
export interface CameraSize extends FrameSizeRange {
  /** In frames a second, as the driver lists them; for a range of sizes those of the largest. */
  rates: RateRange[];
}

/** A pixel format with its sizes. */
export interface CameraFormat {
  /** Its four characters: `YUYV`, `MJPG`. */
  fourcc: string;
  /** The driver's words: `Motion-JPEG`. */
  description: string;
  /** Whether it is compressed. */
  compressed: boolean;
  /** What it can be had in, as the driver lists them; none where the driver lists none. */
  sizes: CameraSize[];
}

/** One camera. */
export interface CameraInfo {
  /** The number in its path, by which OpenCV knows it too. */
  index: number;
  /** `/dev/video0`. */
  path: string;
  /** A link to it that stays the same when the index changes, where the system makes one. */
  stablePath: string | undefined;
  /** The device's name: `HD Pro Webcam C920`. */
  name: string;
  /** The kernel driver: `uvcvideo`; empty where it could not be asked. */
  driver: string;
  /** Where it is connected: `usb-0000:00:14.0-1`; empty where it could not be asked. */
  bus: string;
  /** What it can deliver; empty where it could not be asked. */
  formats: CameraFormat[];
  /** Its controls, where they were asked for. */
  controls: CameraControl[];
  /** Why it could not be asked, as the end of a sentence; `undefined` when it could. */
  problem: string | undefined;
}

/** What to ask each camera for. */
export interface ListOptions {
  /** Its controls too; not by default, since a USB camera takes a while to answer. */
  controls?: boolean;
}

const NAMES_FOLDER = "/sys/class/video4linux";

/** Where udev keeps links to cameras, those that name the device itself first. */
const STABLE_FOLDERS = ["/dev/v4l/by-id", "/dev/v4l/by-path"];

/**
 * Every camera, in the order of their indexes. None is streamed from, so one in use is listed too.
 *
 * @throws {CaptureVideoError} `bridge-unavailable`: the system is not Linux with glibc
 */
export function listCameras(options: ListOptions = {}): CameraInfo[] {
  return identifyCameras().map((camera) => withAbilities(camera, options));
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
  if (matches.length === 1) return withAbilities(matches[0]!);
  const why = matches.length === 0
    ? cameraChoice(cameras)
    : `more than one camera has that in its name: ${namesOf(matches)}`;
  throw new CaptureVideoError("camera-unavailable", `Cannot find camera ${spec}: ${why}`);
}

/** Those of `cameras` that `spec` may mean; see {@linkcode findCamera}. */
export function matchingCameras(spec: string, cameras: readonly CameraInfo[]): CameraInfo[] {
  if (/^\d+$/.test(spec)) return cameras.filter(({ index }) => index === Number(spec));
  if (spec.startsWith("/")) {
    const path = devicePath(spec);
    return cameras.filter((camera) => camera.path === path);
  }
  const wanted = spec.toLowerCase();
  return cameras.filter(({ name }) => name.toLowerCase().includes(wanted));
}

/** What there is instead, as the end of a sentence. */
export function cameraChoice(cameras: readonly CameraInfo[]): string {
  return cameras.length === 0
    ? "no camera is connected; --source test shows a moving pattern"
    : `the cameras are ${namesOf(cameras)}`;
}

/** The device node that a stable path leads to; any other path as it is. */
export function devicePath(path: string): string {
  const target = linkTarget(path);
  return target === undefined ? path : `/dev/${basename(target)}`;
}

function namesOf(cameras: readonly CameraInfo[]): string {
  return cameras.map(({ index, name, path }) => `${index} "${name}" (${path})`).join(", ");
}

/** Every camera by name and place, which takes one question each. */
export function identifyCameras(): CameraInfo[] {
  return namesIn("/dev").filter((name) => /^video\d+$/.test(name))
    .map((name) => identify(`/dev/${name}`)).filter((camera) => camera !== undefined)
    .sort((a, b) => a.index - b.index);
}

/** `undefined` when the node delivers no pictures. */
function identify(path: string): CameraInfo | undefined {
  const info: CameraInfo = {
    index: Number(/\d+$/.exec(path)![0]),
    path,
    stablePath: stablePathOf(path),
    name: textIn(`${NAMES_FOLDER}/${basename(path)}/name`) ?? basename(path),
    driver: "",
    bus: "",
    formats: [],
    controls: [],
    problem: undefined,
  };
  return ask(info, (device) => {
    const { deviceCaps, card, driver, bus } = device.capability();
    const delivers = (deviceCaps & CAP_VIDEO_CAPTURE) !== 0;
    return delivers ? { ...info, name: card, driver, bus } : undefined;
  });
}

/** The same camera with what it can deliver. */
function withAbilities(camera: CameraInfo, options: ListOptions = {}): CameraInfo {
  if (camera.problem !== undefined) return camera;
  return ask(camera, (device) => ({
    ...camera,
    formats: formatsOf(device),
    controls: options.controls ? controlsOf(device) : [],
  }));
}

/** Opens a camera for questions; one that cannot be opened or asked is told as its problem. */
function ask<Answer>(
  camera: CameraInfo,
  question: (device: V4l2Device) => Answer,
): Answer | CameraInfo {
  try {
    using device = V4l2Device.open(camera.path);
    return question(device);
  } catch (error) {
    if (!(error instanceof ErrnoError)) throw error;
    return { ...camera, problem: explainOpenError(error.errno, camera.path) };
  }
}

function formatsOf(device: V4l2Device): CameraFormat[] {
  return device.formats().map(({ pixelFormat, ...format }) => ({
    ...format,
    sizes: device.frameSizes(pixelFormat).map((size) => ({
      ...size,
      rates: device.frameRates(pixelFormat, size.width.max, size.height.max),
    })),
  }));
}

function stablePathOf(path: string): string | undefined {
  for (const folder of STABLE_FOLDERS) {
    for (const name of namesIn(folder)) {
      if (devicePath(`${folder}/${name}`) === path) return `${folder}/${name}`;
    }
  }
  return undefined;
}
