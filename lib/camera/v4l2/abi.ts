/**
 * The structures and request numbers of `linux/videodev2.h`, as far as they are used here: pure
 * functions over bytes, in the byte order of the processors Deno runs on (little-endian).
 *
 * @module
 */

import { fromCString } from "./c_string.ts";

/** `v4l2_capability.device_caps`: single-planar video capture, what OpenCV reads from. */
export const CAP_VIDEO_CAPTURE = 0x00000001;
/** `v4l2_capability.capabilities`: `device_caps` is filled in. */
const CAP_DEVICE_CAPS = 0x80000000;
/** `V4L2_BUF_TYPE_VIDEO_CAPTURE`, the kind of stream a camera gives. */
export const BUF_TYPE_VIDEO_CAPTURE = 1;
/** `V4L2_MEMORY_MMAP`: buffers that the driver owns. */
export const MEMORY_MMAP = 1;
/** `V4L2_CTRL_FLAG_NEXT_CTRL`: asks for the control after the named one. */
export const CTRL_FLAG_NEXT_CTRL = 0x80000000;

const READ = 2;
const WRITE = 1;

/** `_IOC()`: direction, size, and number of a request of the family `V`. */
function request(direction: number, number: number, bytes: number): bigint {
  return BigInt(direction) << 30n | BigInt(bytes) << 16n | BigInt("V".charCodeAt(0)) << 8n |
    BigInt(number);
}

/** The structures' sizes in bytes, on 64-bit systems. */
export const BYTES = {
  capability: 104,
  fmtdesc: 64,
  frmsizeenum: 44,
  frmivalenum: 52,
  format: 208,
  requestbuffers: 20,
  buffer: 88,
  queryExtCtrl: 232,
  querymenu: 44,
  control: 8,
  int: 4,
} as const;

/** The `VIDIOC_` requests. */
export const VIDIOC = {
  QUERYCAP: request(READ, 0, BYTES.capability),
  ENUM_FMT: request(READ | WRITE, 2, BYTES.fmtdesc),
  G_FMT: request(READ | WRITE, 4, BYTES.format),
  S_FMT: request(READ | WRITE, 5, BYTES.format),
  REQBUFS: request(READ | WRITE, 8, BYTES.requestbuffers),
  QBUF: request(READ | WRITE, 15, BYTES.buffer),
  STREAMON: request(WRITE, 18, BYTES.int),
  STREAMOFF: request(WRITE, 19, BYTES.int),
  G_CTRL: request(READ | WRITE, 27, BYTES.control),
  S_CTRL: request(READ | WRITE, 28, BYTES.control),
  QUERYMENU: request(READ | WRITE, 37, BYTES.querymenu),
  ENUM_FRAMESIZES: request(READ | WRITE, 74, BYTES.frmsizeenum),
  ENUM_FRAMEINTERVALS: request(READ | WRITE, 75, BYTES.frmivalenum),
  QUERY_EXT_CTRL: request(READ | WRITE, 103, BYTES.queryExtCtrl),
} as const;

/** Bytes of a structure, ready to be handed to the driver. */
export type Struct = DataView<ArrayBuffer>;

/** A structure of zeros. */
export function struct(bytes: number): Struct {
  return new DataView(new ArrayBuffer(bytes));
}

/** A structure of `u32` fields, the rest zeros: how most questions to a driver begin. */
export function structOf(bytes: number, ...fields: number[]): Struct {
  const view = struct(bytes);
  fields.forEach((field, index) => view.setUint32(4 * index, field, true));
  return view;
}

/** What `VIDIOC_QUERYCAP` tells of a device node. */
export interface Capability {
  /** The kernel driver: `uvcvideo`. */
  driver: string;
  /** The device's name: `HD Pro Webcam C920`. */
  card: string;
  /** Where it is connected: `usb-0000:00:14.0-1`. */
  bus: string;
  /** What this node can do: `CAP_` bits. */
  deviceCaps: number;
}

/** Reads a `v4l2_capability`. */
export function readCapability(view: Struct): Capability {
  const capabilities = view.getUint32(84, true);
  return {
    driver: text(view, 0, 16),
    card: text(view, 16, 32),
    bus: text(view, 48, 32),
    // a driver that does not tell what the node can do tells what the whole device can
    deviceCaps: capabilities & CAP_DEVICE_CAPS ? view.getUint32(88, true) : capabilities,
  };
}

/** One pixel format of a camera. */
export interface FormatDescription {
  /** Its four characters: `YUYV`, `MJPG`. */
  fourcc: string;
  /** The same as a number, for further questions. */
  pixelFormat: number;
  /** The driver's words: `YUYV 4:2:2`. */
  description: string;
  /** Whether it is compressed, such as MJPEG. */
  compressed: boolean;
}

/** Reads a `v4l2_fmtdesc`. */
export function readFormatDescription(view: Struct): FormatDescription {
  const pixelFormat = view.getUint32(44, true);
  return {
    fourcc: fourccText(pixelFormat),
    pixelFormat,
    description: text(view, 12, 32),
    compressed: (view.getUint32(8, true) & 0x1) !== 0,
  };
}

/** A pixel format's number as text; bit 31 marks the big-endian variant, as `v4l2-ctl` does. */
export function fourccText(pixelFormat: number): string {
  const letters = [0, 8, 16, 24].map((shift) => (pixelFormat >>> shift) & 0x7f);
  const big = pixelFormat >>> 31 === 1 ? "-BE" : "";
  return String.fromCharCode(...letters) + big;
}

/** A frame size as a driver offers it: one, or all between two bounds in steps. */
export type FrameSizeRange = {
  /** Smallest and largest width in pixels; the same where only one is offered. */
  width: Range;
  /** Smallest and largest height in pixels. */
  height: Range;
};

/** A range of numbers: `step` is 0 where `min` and `max` are the only value. */
export interface Range {
  /** The smallest. */
  min: number;
  /** The largest. */
  max: number;
  /** Those between lie so far apart. */
  step: number;
}

const DISCRETE = 1;

/** Reads a `v4l2_frmsizeenum`. */
export function readFrameSize(view: Struct): FrameSizeRange {
  const at = (offset: number) => view.getUint32(offset, true);
  if (at(8) === DISCRETE) return { width: only(at(12)), height: only(at(16)) };
  return {
    width: { min: at(12), max: at(16), step: at(20) },
    height: { min: at(24), max: at(28), step: at(32) },
  };
}

/** Rates in frames a second that a `v4l2_frmivalenum` offers; `min` = `max` where it is one. */
export interface RateRange {
  /** The lowest. */
  min: number;
  /** The highest. */
  max: number;
}

/** Reads a `v4l2_frmivalenum`; `undefined` when it names no interval that exists. */
export function readFrameRate(view: Struct): RateRange | undefined {
  const rateAt = (offset: number) =>
    view.getUint32(offset + 4, true) / view.getUint32(offset, true);
  // the shortest interval is the highest rate
  const max = rateAt(20);
  const min = view.getUint32(16, true) === DISCRETE ? max : rateAt(28);
  return Number.isFinite(min) && Number.isFinite(max) ? { min, max } : undefined;
}

/** The kinds of control that are one 32-bit number, by their `V4L2_CTRL_TYPE_` value. */
export const CONTROL_TYPES = {
  1: "integer",
  2: "boolean",
  3: "menu",
  4: "button",
  8: "bitmask",
  9: "integer menu",
} as const;

/** A kind of control. */
export type ControlType = typeof CONTROL_TYPES[keyof typeof CONTROL_TYPES];

/** What `VIDIOC_QUERY_EXT_CTRL` tells of a control. */
export interface ControlDescription {
  /** The driver's number for it. */
  id: number;
  /** Its kind; `undefined` for one that is not a 32-bit number. */
  type: ControlType | undefined;
  /** The driver's name: `Brightness`. */
  name: string;
  /** The smallest value. */
  min: number;
  /** The largest value; of a bitmask, all its bits. */
  max: number;
  /** Values go from `min` in steps of this. */
  step: number;
  /** The driver's own choice. */
  default: number;
  /** It is off for good. */
  disabled: boolean;
  /** It can be read only. */
  readOnly: boolean;
  /** It can be set only: its value means nothing. */
  writeOnly: boolean;
  /** Another control, such as an automatic mode, takes it out of use at the moment. */
  inactive: boolean;
}

/** Reads a `v4l2_query_ext_ctrl`. */
export function readControl(view: Struct): ControlDescription {
  const flags = view.getUint32(72, true);
  const type = CONTROL_TYPES[view.getUint32(4, true) as keyof typeof CONTROL_TYPES];
  const isArray = view.getUint32(80, true) > 1;
  return {
    id: view.getUint32(0, true),
    type: isArray ? undefined : type,
    name: text(view, 8, 32),
    min: Number(view.getBigInt64(40, true)),
    max: Number(view.getBigInt64(48, true)),
    step: Number(view.getBigUint64(56, true)),
    default: Number(view.getBigInt64(64, true)),
    disabled: (flags & 0x01) !== 0,
    readOnly: (flags & 0x04) !== 0,
    inactive: (flags & 0x10) !== 0,
    writeOnly: (flags & 0x40) !== 0,
  };
}

/** The label of a `v4l2_querymenu`: a menu's words, or an integer menu's number. */
export function readMenuLabel(view: Struct, type: ControlType): string {
  return type === "integer menu" ? String(view.getBigInt64(8, true)) : text(view, 8, 32);
}

function only(value: number): Range {
  return { min: value, max: value, step: 0 };
}

function text(view: Struct, offset: number, bytes: number): string {
  return fromCString(new Uint8Array(view.buffer, view.byteOffset + offset, bytes));
}
