/**
 * Pictures that the user saves.
 *
 * @module
 */

import { log } from "../cli/log.ts";
import type { Picture } from "../guest/picture.ts";
import { describeError } from "../text/error_text.ts";

/**
 * Writes the JPEG as it came, into the working directory.
 *
 * @param camera goes into the file's name, where there are several
 */
export async function saveSnapshot(picture: Picture, camera?: string): Promise<void> {
  const words = camera === undefined ? [] : [camera.replaceAll(/[^\p{L}\p{N}.-]+/gu, "_")];
  const time = new Date().toISOString().replaceAll(":", "-");
  const path = `${["capturevideo", ...words, time].join("-")}.jpg`;
  try {
    await Deno.writeFile(path, await picture.jpeg());
    log.info(`saved ${path}`);
  } catch (error) {
    const { line } = describeError(error, `save ${path}`);
    log.warn(camera === undefined ? line : `${camera}: ${line}`);
  }
}
