/**
 * A program that films with the test source and does nothing with the pictures, until it is ended.
 *
 * @module
 */

import { PatternSource } from "../../lib/camera/pattern.ts";
import { Mat } from "../../lib/opencv/mod.ts";

async function film(width: number, height: number, fps: number): Promise<never> {
  await using source = new PatternSource({ width, height, fps });
  using picture = new Mat(height, width);
  while (true) await source.read(picture);
}

if (import.meta.main) {
  const [width, height, fps] = Deno.args.map(Number);
  if (!width || !height || !fps) throw new TypeError("usage: film.ts WIDTH HEIGHT FPS");
  await film(width, height, fps);
}
