/**
 * How much room a text takes on a picture.
 *
 * @module
 */

import { checked, core, cString } from "./ffi.ts";
import type { TextOptions, TextSize } from "./geometry.ts";

const size = new Int32Array(3);

/** The size that `text` would have if {@linkcode Mat.putText} drew it with the same options. */
export function getTextSize(text: string, options: TextOptions = {}): TextSize {
  const { fontScale = 1, thickness = 1 } = options;
  checked(
    "measure a text",
    (...error) => core().text_size(cString(text), fontScale, thickness, size, ...error),
  );
  return { size: { width: size[0]!, height: size[1]! }, baseLine: size[2]! };
}
