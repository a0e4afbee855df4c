/**
 * Finds out why a camera does not open or deliver, by trying step by step what OpenCV tries: it
 * says only that it failed.
 *
 * @example
 * ```ts ignore
 * import { diagnoseCamera } from "./diagnose.ts";
 *
 * const why = diagnoseCamera("/dev/video0") ?? "OpenCV cannot read from it";
 * console.error(`Cannot open camera 0: ${why}`);
 * ```
 * @module
 */

import { BUF_TYPE_VIDEO_CAPTURE, BYTES, CAP_VIDEO_CAPTURE, MEMORY_MMAP, structOf } from "./abi.ts";
import { cameraChoice, devicePath, identifyCameras } from "./cameras.ts";
import { V4l2Device } from "./device.ts";
import { explainOpenError, explainStreamError } from "./explain.ts";
import { ERRNO, ErrnoError } from "./libc.ts";

/** As many buffers as OpenCV asks for. */
const BUFFERS = 4;

/**
 * Why a camera cannot be used, as the end of a sentence without a period; `undefined` when it can.
 *
 * Call it only after opening it failed, and with nothing of this process open on it: it starts the
 * stream for a moment, in the format that was last set.
 *
 * @param path the device node, or a link to it
 * @throws {CaptureVideoError} `bridge-unavailable`: the system is not Linux with glibc
 */
export function diagnoseCamera(path: string): string | undefined {
  const node = devicePath(path);
  try {
    using device = V4l2Device.open(node);
    if ((device.capability().deviceCaps & CAP_VIDEO_CAPTURE) === 0) return notACamera(node);
    return tryStream(device);
  } catch (error) {
    if (!(error instanceof ErrnoError)) throw error;
    if (error.errno === ERRNO.ENOTTY) return notACamera(node);
    if (error.errno === ERRNO.ENOENT) {
      return `there is no ${path}; ${cameraChoice(identifyCameras())}`;
    }
    return explainOpenError(error.errno, node);
  }
}

/**
 * Why a camera that is open delivers no more, as the end of a sentence without a period; `undefined`
 * while it is there, and more may come.
 *
 * @param path the device node: its number is not given to another camera while this one is open
 * @throws {CaptureVideoError} `bridge-unavailable`: the system is not Linux with glibc
 */
export function diagnoseLoss(path: string): string | undefined {
  try {
    using _device = V4l2Device.open(path);
    return undefined;
  } catch (error) {
    if (!(error instanceof ErrnoError)) throw error;
    const isGone = error.errno === ERRNO.ENOENT;
    return explainOpenError(isGone ? ERRNO.ENODEV : error.errno, path);
  }
}

function notACamera(path: string): string {
  return `${path} is not a camera; ${cameraChoice(identifyCameras())}`;
}

/** Starts and stops the stream. The format is set as it is: that alone tells of another user. */
function tryStream(device: V4l2Device): string | undefined {
  const type = structOf(BYTES.int, BUF_TYPE_VIDEO_CAPTURE);
  try {
    device.call("S_FMT", device.call("G_FMT", structOf(BYTES.format, BUF_TYPE_VIDEO_CAPTURE)));
    const request = [BUF_TYPE_VIDEO_CAPTURE, MEMORY_MMAP] as const;
    const granted = device.call("REQBUFS", structOf(BYTES.requestbuffers, BUFFERS, ...request));
    for (let index = 0; index < granted.getUint32(0, true); index++) {
      const buffer = structOf(BYTES.buffer, index, BUF_TYPE_VIDEO_CAPTURE);
      buffer.setUint32(BUFFER_MEMORY, MEMORY_MMAP, true);
      device.call("QBUF", buffer);
    }
    device.call("STREAMON", type);
    device.call("STREAMOFF", type);
    return undefined;
  } catch (error) {
    if (!(error instanceof ErrnoError)) throw error;
    return explainStreamError(error.errno, device.path);
  }
  // closing the device frees the buffers
}

/** Where `v4l2_buffer` says whose memory it is. */
const BUFFER_MEMORY = 60;
