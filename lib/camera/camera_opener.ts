/**
 * Finds, opens and sets a camera of this computer.
 *
 * @module
 */

import { CaptureVideoError, UsageError } from "../flow/errors.ts";
import * as cv from "../opencv/mod.ts";
import { CameraSource } from "./camera.ts";
import { cannotOpen, type SourceOptions } from "./source.ts";
import { type CameraInfo, findCamera, identifyCameras, matchingCameras } from "./v4l2/cameras.ts";
import { checkControls, controlName, setControls } from "./v4l2/controls.ts";
import { diagnoseCamera } from "./v4l2/diagnose.ts";
import { askCameras, type CameraControl, type CameraFormat, type Range } from "./v4l2/driver.ts";

/** Raw formats that are compressed without a detour, the better first. */
const RAW_FORMATS = ["YUYV", "NV12"];

/** A rate this close to the request reaches it: 29.97 is 30. */
const CLOSE_ENOUGH = 0.99;

/** What a camera is asked for. */
export interface CameraOptions extends SourceOptions {
  /** A pixel format's four characters in any case, or `auto`. */
  format: string;
  /** Controls to set, `name=number` each. */
  control: readonly string[];
  /** Called with a line about a control that the camera does not take, when it is opened. */
  onRefused?: (line: string) => void;
}

/**
 * Finds and opens one camera, again and again.
 *
 * - Identity: a camera that comes back is found by its stable path, under whatever number.
 * - One at a time: it is opened again when the one before it is closed, which may take as long as a
 *   read that waits.
 */
export class CameraOpener {
  readonly #camera: string;
  #options: CameraOptions;
  #controls: readonly CameraControl[] | undefined;
  #opened: CameraSource | undefined;
  #known: CameraInfo | undefined;

  /** @param camera an index, a device path, or a part of the camera's name */
  constructor(camera: string, options: CameraOptions) {
    this.#camera = camera;
    this.#options = options;
  }

  /**
   * Looks whether the camera is there and has what is requested, without starting its stream.
   *
   * @throws {CaptureVideoError} `camera-unavailable`, when it is not there, may not be used, or
   * does not deliver the format
   * @throws {UsageError} a control or a value that it does not have
   */
  check(): void {
    const info = this.#find();
    chooseOffered(info, this.#options);
    checkControls(info.path, this.#options.control);
  }

  /** Requests something else from the next opening on. */
  request(change: SourceOptions): void {
    this.#options = { ...this.#options, ...change };
  }

  /** The formats that it had when it was opened last; none before. */
  get formats(): readonly CameraFormat[] {
    return this.#known?.formats ?? [];
  }

  /** Its controls as they were when it was opened, or a control was set; none before. */
  get controls(): readonly CameraControl[] {
    const path = this.#known?.path;
    if (path === undefined) return [];
    return this.#controls ??= askCameras({ path, controls: true })[0]?.controls ?? [];
  }

  /**
   * Sets a control, also of the camera that comes back after it was lost.
   *
   * @throws {UsageError} a value that it does not have
   * @throws {CaptureVideoError} `camera-unavailable`: it is not there, or refuses
   */
  setControl(name: string, value: number): void {
    const path = this.#known?.path;
    if (path === undefined) throw cannotOpen(this.#camera, "it was not opened yet");
    const assignment = `${name}=${value}`;
    setControls(path, [assignment]);
    this.#controls = undefined;
    const others = this.#options.control.filter((other) => controlName(nameIn(other)) !== name);
    this.#options = { ...this.#options, control: [...others, assignment] };
  }

  /**
   * Opens the camera in the mode that comes nearest to the request.
   *
   * @throws {CaptureVideoError} `camera-unavailable`, with what is so and what to do
   */
  async open(): Promise<CameraSource> {
    await this.#opened?.close();
    this.#opened = Deno.build.os === "linux" ? await this.#openV4l2() : await this.#openByIndex();
    return this.#opened;
  }

  async #openV4l2(): Promise<CameraSource> {
    const info = this.#find();
    const format = chooseOffered(info, this.#options);
    const capture = await openDevice(info);
    try {
      // The order matters to V4L2: a size belongs to a format, and a rate to a size.
      if (format) capture.set(cv.CAP_PROP_FOURCC, cv.fourcc(format));
      setMode(capture, this.#options);
      this.#setControls(info.path);
      this.#known = info;
      this.#controls = undefined;
      return new CameraSource(`${info.name} (${info.path})`, capture, info.path);
    } catch (error) {
      await capture.close();
      throw error;
    }
  }

  #find(): CameraInfo {
    const info = this.#known?.stablePath ? this.#findAgain(this.#known) : findCamera(this.#camera);
    if (info.problem) throw unavailable(info, info.problem);
    return info;
  }

  /**
   * By what it is; in another port than before that may not lead to it, nor at once. What the user
   * called it then does, if it is the same: others may be there that are not meant.
   */
  #findAgain(known: CameraInfo): CameraInfo {
    const cameras = identifyCameras();
    const stable = matchingCameras(known.stablePath!, cameras);
    const called = matchingCameras(this.#camera, cameras)
      .filter(({ name, problem }) => name === known.name && !problem);
    const [info, ...others] = stable.length > 0 ? stable : called;
    if (!info || others.length > 0) throw unavailable(known, "it has been disconnected");
    return { ...findCamera(info.path), stablePath: info.stablePath ?? known.stablePath };
  }

  /** Sets what the camera has: one that came back as another is worth its picture without the rest. */
  #setControls(path: string): void {
    for (const assignment of this.#options.control) {
      try {
        setControls(path, [assignment]);
      } catch (error) {
        if (!(error instanceof UsageError || error instanceof CaptureVideoError)) throw error;
        this.#options.onRefused?.(error.message);
      }
    }
  }

  async #openByIndex(): Promise<CameraSource> {
    const index = Number(this.#camera);
    if (!Number.isInteger(index)) {
      const why = "on this system a camera is named by its index, 0, 1, …";
      throw cannotOpen(`camera ${this.#camera}`, why);
    }
    const capture = await cv.VideoCapture.open(index, { apiPreference: cv.CAP_ANY });
    setMode(capture, this.#options);
    return new CameraSource(`camera ${index}`, capture);
  }
}

/** The name in `name=number`. */
function nameIn(assignment: string): string {
  return assignment.slice(0, assignment.indexOf("="));
}

function setMode(capture: cv.VideoCapture, { width, height, fps }: CameraOptions): void {
  capture.set(cv.CAP_PROP_FRAME_WIDTH, width);
  capture.set(cv.CAP_PROP_FRAME_HEIGHT, height);
  capture.set(cv.CAP_PROP_FPS, fps);
}

/** OpenCV only says that it failed; the system is asked why. */
async function openDevice(info: CameraInfo): Promise<cv.VideoCapture> {
  try {
    return await cv.VideoCapture.open(info.index, { apiPreference: cv.CAP_V4L2 });
  } catch (error) {
    const why = diagnoseCamera(info.path);
    if (!why) throw error;
    throw unavailable(info, why);
  }
}

/** The format to ask for; `undefined` to leave it to the driver. */
function chooseOffered(info: CameraInfo, request: CameraOptions): string | undefined {
  const format = chooseFormat(info.formats, request);
  const offered = info.formats.map(({ fourcc }) => fourcc);
  if (!format || offered.length === 0 || offered.includes(format)) return format;
  const formats = offered.join(", ").toLowerCase();
  throw unavailable(info, `it does not deliver ${format}; --format can be auto or ${formats}`);
}

function unavailable(info: CameraInfo, why: string): CaptureVideoError {
  return cannotOpen(`${info.name} (${info.path})`, why);
}

/**
 * Chooses a format: the one that was named, or of those that reach the requested rate at the
 * requested size a raw one before MJPEG; where none does, the fastest.
 *
 * @returns four characters; `undefined` to leave it to the driver
 */
export function chooseFormat(
  offered: readonly CameraFormat[],
  request: Omit<CameraOptions, "control">,
): string | undefined {
  if (request.format !== "auto") return request.format.toUpperCase();
  const known = [...RAW_FORMATS, "MJPG"].flatMap((fourcc) => {
    const format = offered.find((offer) => offer.fourcc === fourcc);
    return format ? [{ fourcc, fps: reachableFps(format, request) }] : [];
  });
  const good = known.find(({ fps }) => fps >= request.fps * CLOSE_ENOUGH);
  return (good ?? known.toSorted((a, b) => b.fps - a.fps)[0])?.fourcc;
}

/** The highest rate at the requested size; 0 where that size is not offered. */
function reachableFps({ sizes }: CameraFormat, { width, height }: SourceOptions): number {
  const rates = sizes
    .filter((size) => contains(size.width, width) && contains(size.height, height))
    // A driver that lists a size without rates promises nothing, and refuses nothing.
    .flatMap((size) => size.rates.length > 0 ? size.rates.map(({ max }) => max) : [Infinity]);
  return Math.max(0, ...rates);
}

function contains({ min, max, step }: Range, value: number): boolean {
  return value >= min && value <= max && (step <= 1 || (value - min) % step === 0);
}
