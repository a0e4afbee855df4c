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

export * from "./cameras.ts";
export { checkControls, setControls } from "./controls.ts";
export { describeCameras } from "./describe.ts";
export { diagnoseCamera, diagnoseLoss } from "./diagnose.ts";
export type { CameraControl, CameraFormat, CameraSize, Range } from "./driver.ts";
