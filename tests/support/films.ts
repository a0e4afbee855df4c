/**
 * Films that FFmpeg makes for a test.
 *
 * @example
 * ```ts ignore
 * import { FOUR_COLOURS, makeFilm } from "./films.ts";
 *
 * await makeFilm(["-f", "lavfi", "-i", FOUR_COLOURS, "-frames:v", "5", "clip.mp4"]);
 * ```
 * @module
 */

import type { Mat } from "../../lib/opencv/mod.ts";
import { outputOf } from "./commands.ts";

const quarter = (color: string, label: string) =>
  `color=${color}:size=160x120:rate=25,format=yuv420p[${label}]`;

/** A source for FFmpeg, 320x240: red and blue above lime and white. */
export const FOUR_COLOURS = [
  quarter("red", "a"),
  quarter("blue", "b"),
  quarter("lime", "c"),
  quarter("white", "d"),
  "[a][b]hstack[above]",
  "[c][d]hstack[below]",
  "[above][below]vstack",
].join(";");

/** Runs FFmpeg with these arguments. */
export async function makeFilm(args: readonly string[]): Promise<void> {
  await outputOf("ffmpeg", ["-v", "error", "-y", ...args]);
}

/** Copies a film, with a note in the copy that it is to be turned by so many degrees clockwise. */
export async function noteTurn(from: string, to: string, degrees: number): Promise<void> {
  const copy = ["-i", from, "-c", "copy"];
  try {
    await makeFilm(["-display_rotation:v:0", `${-degrees}`, ...copy, to]);
  } catch {
    // FFmpeg 5 does not know that yet, and later ones not this any more.
    await makeFilm([...copy, "-metadata:s:v", `rotate=${degrees}`, to]);
  }
}

/** The colours of a BGR picture's four quarters, row by row: `red blue lime white`. */
export function quartersOf(picture: Mat): string {
  const { cols, rows } = picture;
  const data = picture.getData();
  return [[1, 1], [3, 1], [1, 3], [3, 3]].map(([x, y]) => {
    const at = (Math.floor(rows * y! / 4) * cols + Math.floor(cols * x! / 4)) * 3;
    const [blue, green, red] = [...data.subarray(at, at + 3)].map((value) => value > 128);
    if (blue && green && red) return "white";
    return red ? "red" : green ? "lime" : blue ? "blue" : "black";
  }).join(" ");
}
