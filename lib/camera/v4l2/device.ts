/**
 * A camera's device node, open for questions; no stream is started.
 *
 * @example
 * ```ts ignore
 * import { V4l2Device } from "./device.ts";
 *
 * using device = V4l2Device.open("/dev/video0");
 * console.log(device.capability().card, device.formats().map(({ fourcc }) => fourcc));
 * ```
 * @module
 */

import {
  BUF_TYPE_VIDEO_CAPTURE,
  BYTES,
  type Capability,
  type ControlDescription,
  CTRL_FLAG_NEXT_CTRL,
  type FormatDescription,
  type FrameSizeRange,
  type RateRange,
  readCapability,
  readControl,
  readFormatDescription,
  readFrameRate,
  readFrameSize,
  readMenuLabel,
  type Struct,
  struct,
  structOf,
  VIDIOC,
} from "./abi.ts";
import { toCString } from "./c_string.ts";
import { checkedCall, ERRNO, ErrnoError, libc } from "./libc.ts";

const O_RDWR = 2;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;

/** More than any driver lists of anything; one that never ends is not followed for ever. */
const MAX_ENTRIES = 4096;

/**
 * An open device node.
 *
 * - Another program may use the same camera: questions do not disturb its stream.
 * - Closing twice is closing once; every call after it throws `TypeError`.
 */
export class V4l2Device implements Disposable {
  #file: number | undefined;

  private constructor(readonly path: string, file: number) {
    this.#file = file;
  }

  /**
   * Opens a device node.
   *
   * @throws {ErrnoError} with the system's reason
   */
  static open(path: string): V4l2Device {
    const file = libc().open(toCString(path), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    return new V4l2Device(path, checkedCall(file, `open ${path}`));
  }

  /** What this node is and can do. */
  capability(): Capability {
    return readCapability(this.call("QUERYCAP", struct(BYTES.capability)));
  }

  /** The pixel formats it can deliver, in the driver's order. */
  formats(): FormatDescription[] {
    return this.#list(
      "ENUM_FMT",
      (index) => structOf(BYTES.fmtdesc, index, BUF_TYPE_VIDEO_CAPTURE),
    ).map(readFormatDescription);
  }

  /** The sizes it can deliver in a format. */
  frameSizes(pixelFormat: number): FrameSizeRange[] {
    return this.#list(
      "ENUM_FRAMESIZES",
      (index) => structOf(BYTES.frmsizeenum, index, pixelFormat),
    ).map(readFrameSize);
  }

  /** The rates it can deliver in a format and size (in pixels). */
  frameRates(pixelFormat: number, width: number, height: number): RateRange[] {
    return this.#list(
      "ENUM_FRAMEINTERVALS",
      (index) => structOf(BYTES.frmivalenum, index, pixelFormat, width, height),
    ).map(readFrameRate).filter((rate) => rate !== undefined);
  }

  /** Its controls, all classes, in the order of their numbers. */
  controls(): ControlDescription[] {
    const controls: ControlDescription[] = [];
    let id = 0;
    while (controls.length < MAX_ENTRIES) {
      const query = structOf(BYTES.queryExtCtrl, (id | CTRL_FLAG_NEXT_CTRL) >>> 0);
      const found = this.#tryCall("QUERY_EXT_CTRL", query);
      if (found === undefined) return controls;
      controls.push(readControl(found));
      id = found.getUint32(0, true);
    }
    return controls;
  }

  /** The labels of a menu by their value; values that the driver skips are missing. */
  menu(control: ControlDescription): Map<number, string> {
    const labels = new Map<number, string>();
    for (let value = control.min; value <= Math.min(control.max, MAX_ENTRIES); value++) {
      const item = this.#tryCall("QUERYMENU", structOf(BYTES.querymenu, control.id, value));
      if (item !== undefined) labels.set(value, readMenuLabel(item, control.type!));
    }
    return labels;
  }

  /** A control's value now. */
  controlValue(id: number): number {
    return this.call("G_CTRL", structOf(BYTES.control, id)).getInt32(4, true);
  }

  /** Sets a control; the driver may take the nearest value that it knows. */
  setControlValue(id: number, value: number): void {
    this.call("S_CTRL", structOf(BYTES.control, id, value));
  }

  /**
   * Asks the driver a question, which it answers in the same structure.
   *
   * @throws {ErrnoError} with the driver's reason
   */
  call(name: keyof typeof VIDIOC, argument: Struct): Struct {
    if (this.#file === undefined) {
      throw new TypeError(`Cannot ask ${this.path} for ${name}: it is closed`);
    }
    const bytes = new Uint8Array(argument.buffer);
    const result = libc().ioctl(this.#file, VIDIOC[name], bytes);
    checkedCall(result, `ask ${this.path} for ${name}`);
    return argument;
  }

  /** Closes the node. */
  close(): void {
    if (this.#file === undefined) return;
    libc().close(this.#file);
    this.#file = undefined;
  }

  /** Closes the node. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Asks for entry 0, 1, 2 and so on, until there is none. */
  #list(name: keyof typeof VIDIOC, entry: (index: number) => Struct): Struct[] {
    const entries: Struct[] = [];
    while (entries.length < MAX_ENTRIES) {
      const found = this.#tryCall(name, entry(entries.length));
      if (found === undefined) break;
      entries.push(found);
    }
    return entries;
  }

  /** As {@linkcode call}; `undefined` where the driver has no such entry, or no such list. */
  #tryCall(name: keyof typeof VIDIOC, argument: Struct): Struct | undefined {
    try {
      return this.call(name, argument);
    } catch (error) {
      if (error instanceof ErrnoError && NO_ENTRY.has(error.errno)) return undefined;
      throw error;
    }
  }
}

const NO_ENTRY: ReadonlySet<number> = new Set([ERRNO.EINVAL, ERRNO.ENOTTY]);
