/**
 * One picture of the test source as raw pixels, so that every contender films the same scene.
 *
 * @module
 */

import { PatternSource } from "../../lib/camera/pattern.ts";
import { Mat, yuvToBgr } from "../../lib/opencv/mod.ts";
import { CACHE_FOLDER } from "./native_tools.ts";

/** A picture's size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Draws the picture and writes its BGR bytes to a file. @returns the file's path */
export async function writePattern({ width, height }: Size, fps: number): Promise<string> {
  await Deno.mkdir(CACHE_FOLDER, { recursive: true });
  const path = new URL(`pattern-${width}x${height}.bgr`, CACHE_FOLDER).pathname;
  await using source = new PatternSource({ width, height, fps });
  using frame = new Mat();
  await source.read(frame);
  using picture = new Mat();
  yuvToBgr(frame, source.pixelFormat, picture);
  await Deno.writeFile(path, picture.getData());
  return path;
}
