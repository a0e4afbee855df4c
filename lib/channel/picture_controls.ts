/**
 * What can be changed of a picture while it is watched: quality, size, rate, and what its camera
 * has.
 *
 * @module
 */

import type { CameraOpener } from "../camera/camera_opener.ts";
import type { SourceOpener } from "../camera/open_source.ts";
import type { PictureRequest } from "../camera/source.ts";
import { checkValue, controlName } from "../camera/v4l2/controls.ts";
import type { CameraControl } from "../camera/v4l2/driver.ts";
import { didYouMean, suggest } from "../cli/suggest.ts";
import { UsageError } from "../flow/errors.ts";
import { MAX_PICTURE_PIXELS } from "../jpeg/limits.ts";
import type { CameraFeed } from "./camera_feed.ts";
import type { PictureEncoder } from "./picture_encoder.ts";

/** One of them, as it is now. */
export interface PictureControl {
  /** By what it is set. */
  readonly name: string;
  /** What people call it. */
  readonly label: string;
  readonly kind: "number" | "choice" | "switch" | "button";
  /** What it is; `null` where nobody knows. */
  readonly value: number | string | null;
  /** Of a number: its bounds, and the step from one value to the next. */
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  /** Of a choice: the values with their words. */
  readonly choices?: readonly (readonly [value: number | string, label: string])[];
  /** Why it cannot be changed now. */
  readonly why?: string;
}

/** What a value has to be. */
interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** The bounds of what is requested, as those of the options. */
export interface ControlBounds {
  readonly quality: Bounds;
  /** Of width and height, in pixels. */
  readonly side: Bounds;
  /** Of the rate, in frames a second. */
  readonly fps: Bounds;
}

/** Options of {@linkcode PictureControls}. */
export interface PictureControlsOptions {
  readonly source:
    & Pick<SourceOpener, "compresses" | "isAdjustable" | "request" | "requested">
    & { readonly camera: Pick<CameraOpener, "controls" | "formats" | "setControl"> | undefined };
  readonly camera: Pick<CameraFeed, "reopen">;
  readonly encoder: Pick<PictureEncoder, "quality" | "isUntouched">;
  readonly bounds: ControlBounds;
}

/** What is offered where the camera does not say what it has. */
const SIZES = ["320x240", "640x360", "640x480", "1280x720", "1920x1080"];
const RATES = [5, 10, 15, 20, 25, 30, 60];

/** What a driver's kinds are for people. */
const KINDS: Readonly<Record<CameraControl["type"], PictureControl["kind"]>> = {
  integer: "number",
  bitmask: "number",
  boolean: "switch",
  button: "button",
  menu: "choice",
  "integer menu": "choice",
};

/**
 * Lists them, and changes them for everybody who watches.
 *
 * - All or nothing: of what is asked for at once nothing is changed where one thing is wrong.
 * - Size and rate: the source is opened anew, which costs a moment without a picture.
 */
export class PictureControls {
  readonly #options: PictureControlsOptions;

  constructor(options: PictureControlsOptions) {
    this.#options = options;
  }

  list(): PictureControl[] {
    return [this.#quality(), ...this.#requests(), ...this.#ofCamera().map(describe)];
  }

  /**
   * Changes some.
   *
   * @param changes the new values by their names
   * @throws {UsageError} a name or a value that there is not; nothing was changed then
   * @throws {CaptureVideoError} `camera-unavailable`: the camera refuses
   */
  async set(changes: Readonly<Record<string, unknown>>): Promise<void> {
    const { source, camera, encoder } = this.#options;
    const request: Partial<{ -readonly [Name in keyof PictureRequest]: number }> = {};
    const ofCamera: [name: string, value: number][] = [];
    for (const [name, value] of Object.entries(changes)) {
      const { why } = this.#named(name);
      if (why !== undefined) throw new UsageError(`Cannot set ${name}: ${why}`);
      if (name === "quality") request.quality = this.#checked(name, value);
      else if (name === "fps") request.fps = this.#checked(name, value);
      else if (name === "size") Object.assign(request, this.#checkedSize(value));
      else ofCamera.push([name, this.#checkedOfCamera(name, value)]);
    }
    this.#setOfCamera(ofCamera);
    if (Object.keys(request).length === 0) return;
    if (request.quality !== undefined) encoder.quality = request.quality;
    const { width, height, fps } = source.requested;
    await source.request(request);
    const now = source.requested;
    if (now.width !== width || now.height !== height || now.fps !== fps) camera.reopen();
  }

  #quality(): PictureControl {
    const { source, encoder, bounds } = this.#options;
    const isFixed = encoder.isUntouched && !source.compresses;
    return {
      ...{ name: "quality", label: "Quality", kind: "number", value: encoder.quality },
      ...{ min: bounds.quality.min, max: bounds.quality.max, step: 1 },
      ...isFixed && {
        why: "the source's own JPEGs are sent untouched; `--passthrough off` compresses them anew",
      },
    };
  }

  /** Size and rate, where the source gives what is requested. */
  #requests(): PictureControl[] {
    const { source } = this.#options;
    if (!source.isAdjustable) return [];
    const { width, height, fps } = source.requested;
    const size = `${width}x${height}`;
    const sizes = new Set([...sizesOf(source.camera), size]);
    const rates = new Set([...RATES, fps]);
    return [
      {
        ...{ name: "size", label: "Size", kind: "choice", value: size },
        choices: [...sizes].sort(bySize).map((size) => [size, size.replace("x", " × ")]),
      },
      {
        ...{ name: "fps", label: "Rate", kind: "choice", value: fps },
        choices: [...rates].sort((a, b) => a - b).map((fps) => [fps, `${fps}/s`]),
      },
    ];
  }

  #ofCamera(): readonly CameraControl[] {
    return this.#options.source.camera?.controls ?? [];
  }

  #named(name: string): PictureControl {
    const all = this.list();
    const found = all.find((control) => control.name === name);
    if (found) return found;
    const names = all.map(({ name }) => name);
    throw new UsageError(
      `Cannot set ${name}: there is ${names.join(", ")}${didYouMean(suggest(name, names))}`,
    );
  }

  #checked(name: "quality" | "fps", value: unknown): number {
    const { min, max } = this.#options.bounds[name];
    const isRight = typeof value === "number" && value >= min && value <= max &&
      (name === "fps" || Number.isInteger(value));
    if (isRight) return value;
    throw new UsageError(`Cannot set ${name} to ${JSON.stringify(value)}: it is ${min} to ${max}`);
  }

  #checkedSize(value: unknown): { width: number; height: number } {
    const { min, max } = this.#options.bounds.side;
    const [, ...sides] = /^(\d{1,5})x(\d{1,5})$/.exec(String(value)) ?? [];
    const [width = 0, height = 0] = sides.map(Number);
    const isOne = [width, height].every((side) => side >= min && side <= max);
    if (isOne && width * height <= MAX_PICTURE_PIXELS) return { width, height };
    throw new UsageError(
      `Cannot set size to ${JSON.stringify(value)}: it is WIDTHxHEIGHT, each ${min} to ${max}, ` +
        `and together ${MAX_PICTURE_PIXELS} pixels at most`,
    );
  }

  /** Sets what the camera has; where it refuses one, those before it get their old values back. */
  #setOfCamera(values: readonly (readonly [name: string, value: number])[]): void {
    if (values.length === 0) return;
    const { camera } = this.#options.source;
    const before = new Map(
      this.#ofCamera().map(({ label, value }) => [controlName(label), value]),
    );
    const undo = new DisposableStack();
    try {
      for (const [name, value] of values) {
        camera?.setControl(name, value);
        const old = before.get(name);
        // A button that was pressed has none.
        if (typeof old === "number") undo.defer(() => camera?.setControl(name, old));
      }
    } catch (error) {
      try {
        undo.dispose();
      } catch {
        // A camera that is gone refuses this too; what it refused first is what is said.
      }
      throw error;
    }
  }

  #checkedOfCamera(name: string, value: unknown): number {
    const control = this.#ofCamera().find(({ label }) => controlName(label) === name)!;
    if (!Number.isInteger(value)) {
      throw new UsageError(`Cannot set ${name} to ${JSON.stringify(value)}: it is a number`);
    }
    checkValue(control, value as number);
    return value as number;
  }
}

function describe(control: CameraControl): PictureControl {
  const { label, type, value, min, max, step, menu } = control;
  return {
    ...{ name: controlName(label), label, kind: KINDS[type], value },
    ...KINDS[type] === "number" && { min, max, step: Math.max(1, step) },
    ...menu.length > 0 && { choices: menu },
    ...control.readOnly && { why: "it can be read only" },
  };
}

/** The sizes that a camera lists, of whatever format; the usual ones where it lists none. */
function sizesOf(camera: Pick<CameraOpener, "formats"> | undefined): Iterable<string> {
  const listed = (camera?.formats ?? []).flatMap(({ sizes }) => sizes)
    .filter(({ width, height }) => width.min === width.max && height.min === height.max)
    .map(({ width, height }) => `${width.min}x${height.min}`);
  return listed.length > 0 ? new Set(listed) : SIZES;
}

function bySize(a: string, b: string): number {
  const pixels = (size: string) => size.split("x").reduce((product, side) => product * +side, 1);
  return pixels(a) - pixels(b);
}
