/**
 * Cameras on Linux, asked through Video4Linux without starting their stream: what there are, what
 * they can do, their controls, and why one does not work.
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
  type CameraInfo,
  findCamera,
  identifyCameras,
  listCameras,
  type ListOptions,
  matchingCameras,
} from "./cameras.ts";
export { type CameraControl, checkControls, listControls, setControls } from "./controls.ts";
export { describeCameras } from "./describe.ts";
export { diagnoseCamera, diagnoseLoss } from "./diagnose.ts";
export type {
  CameraFormat,
  CameraSize,
  ControlType,
  FrameSizeRange,
  Range,
  RateRange,
} from "./driver.ts";
