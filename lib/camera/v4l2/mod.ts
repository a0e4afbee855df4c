/**
 * Cameras on Linux, asked through Video4Linux without starting their stream: what there are, what
 * they can do, their controls, and why one does not work.
 *
 * It needs `--allow-ffi` for the C library, `/lib/x86_64-linux-gnu/libc.so.6` on Debian and
 * Ubuntu (`aarch64` instead of `x86_64` on ARM), and nothing else.
 *
 * @example
 * ```ts ignore
 * import { describeCameras, listCameras } from "./mod.ts";
 *
 * console.log(describeCameras(listCameras({ controls: true })));
 * ```
 * @module
 */

export {
  type CameraFormat,
  type CameraInfo,
  type CameraSize,
  findCamera,
  identifyCameras,
  listCameras,
  type ListOptions,
  matchingCameras,
} from "./cameras.ts";
export type { ControlType, FrameSizeRange, Range, RateRange } from "./abi.ts";
export { type CameraControl, checkControls, listControls, setControls } from "./controls.ts";
export { describeCameras } from "./describe.ts";
export { diagnoseCamera, diagnoseLoss } from "./diagnose.ts";
