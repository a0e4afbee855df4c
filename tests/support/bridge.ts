/**
 * Loads the OpenCV bridge before the first test runs: once loaded it stays for the process, which
 * the resource sanitizer would take for a leak of the test that came first.
 *
 * @example
 * ```ts ignore
 * import "./bridge.ts";
 * ```
 * @module
 */

import { capture } from "../../lib/opencv/ffi.ts";

capture();
