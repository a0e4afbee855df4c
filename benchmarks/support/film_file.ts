/**
 * A Motion JPEG film of the test source: what a camera with an encoder of its own delivers.
 *
 * @module
 */

import { JpegEncoder, Mat } from "../../lib/opencv/mod.ts";
import type { Scene } from "../contenders.ts";
import { CACHE_FOLDER } from "./native_tools.ts";
import { Program } from "./program.ts";

/** Long enough that beginning again costs nothing to speak of. */
const SECONDS = 30;

/** Writes the film, its JPEGs as large as those that the host makes. @returns the file's path */
export async function writeFilm(scene: Omit<Scene, "port">): Promise<string> {
  const { width, height, fps, quality, picturePath } = scene;
  using picture = new Mat(height, width);
  picture.setData(await Deno.readFile(picturePath));
  await using encoder = new JpegEncoder();
  const jpeg = await encoder.encode(picture, { quality });
  const jpegPath = new URL(`film-${width}x${height}.jpg`, CACHE_FOLDER).pathname;
  const path = new URL(`film-${width}x${height}.avi`, CACHE_FOLDER).pathname;
  await Deno.writeFile(jpegPath, jpeg);
  await using ffmpeg = Program.start([
    ...["ffmpeg", "-v", "error", "-y", "-stream_loop", `${SECONDS * fps - 1}`],
    ...["-f", "mjpeg", "-framerate", `${fps}`, "-i", jpegPath, "-c", "copy", "-r", `${fps}`, path],
  ]);
  await ffmpeg.output();
  return path;
}
