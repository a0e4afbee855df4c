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

import { openCvVersion } from "../../lib/opencv/mod.ts";

openCvVersion();
