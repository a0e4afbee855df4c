/**
 * Windows, by whatever toolkit OpenCV was built with. Main thread only: the toolkits demand it.
 *
 * Nothing is drawn and no key arrives except during {@linkcode waitKey}.
 *
 * @example
 * ```ts ignore
 * import { imshow, Mat, waitKey } from "./mod.ts";
 *
 * using picture = new Mat(720, 1280);
 * imshow("frame", picture);
 * while (waitKey(20) !== "q".charCodeAt(0));
 * ```
 * @module
 */

import { checked, cString, windows } from "./ffi.ts";
import type { Mat } from "./mat.ts";

const key = new Int32Array(1);
const value = new Float64Array(1);

/**
 * Opens a window, unless it is open.
 *
 * @param flags `WINDOW_` numbers, added up
 * @throws {CaptureVideoError} `bridge-unavailable`: there is no display, or no window library
 */
export function namedWindow(name: string, flags: number): void {
  const calls = windows();
  checked(`open window ${name}`, (...error) => calls.window_open(cString(name), flags, ...error));
}

/**
 * Shows a picture in a window, which opens if it is not. A window that the user closed opens again,
 * so ask {@linkcode getWindowProperty} for `WND_PROP_VISIBLE` before.
 *
 * @throws {CaptureVideoError} `bridge-unavailable`: there is no display, or no window library
 */
export function imshow(name: string, mat: Mat): void {
  const calls = windows();
  const picture = mat.native.forReading();
  checked(
    `show a picture in window ${name}`,
    (...error) => calls.window_show(cString(name), picture, ...error),
  );
}

/**
 * Lets the windows work until a key is pressed.
 *
 * @param delayMs for how long at most; 0 is for ever
 * @returns the key's code (0 to 255), or -1 where none was pressed
 */
export function waitKey(delayMs = 0): number {
  const calls = windows();
  checked("wait for a key", (...error) => calls.window_wait_key(delayMs, key, ...error));
  return key[0]!;
}

/** The value of a `WND_PROP_` property; 0 or -1 where there is no such window. */
export function getWindowProperty(name: string, property: number): number {
  const calls = windows();
  checked(
    `get a property of window ${name}`,
    (...error) => calls.window_get_property(cString(name), property, value, ...error),
  );
  return value[0]!;
}

/** Sets a `WND_PROP_` property. */
export function setWindowProperty(name: string, property: number, newValue: number): void {
  const calls = windows();
  checked(
    `set a property of window ${name}`,
    (...error) => calls.window_set_property(cString(name), property, newValue, ...error),
  );
}

/** Closes a window. */
export function destroyWindow(name: string): void {
  const calls = windows();
  checked(`close window ${name}`, (...error) => calls.window_destroy(cString(name), ...error));
}
