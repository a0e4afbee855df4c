/**
 * GStreamer itself, which OpenCV brings along.
 *
 * @module
 */

import { core, cString, errorText, keeping, textOf } from "./ffi.ts";

/**
 * Has GStreamer build a pipeline, off the JavaScript thread, without starting it.
 *
 * @returns its words where it cannot, such as `no element "x264dec"`; `undefined` where it can, or
 * cannot be asked
 */
export async function pipelineObjection(pipeline: string): Promise<string | undefined> {
  const text = cString(pipeline);
  const error = errorText();
  const status = await keeping(core().pipeline_check(error, text), text);
  return status < 0 ? textOf(error) : undefined;
}
