/**
 * Pictures that carry their number, and the numbers of pictures that arrived.
 *
 * @example
 * ```ts ignore
 * import { numbersOf, writeNumberedVideo } from "./numbered_pictures.ts";
 *
 * await writeNumberedVideo("clip.avi", { frames: 30, fps: 10 });
 * // ... host --source clip.avi, guest --output seen.mjpeg ...
 * const numbers = await numbersOf(await Deno.readFile("seen.mjpeg"));
 * ```
 * @module
 */

import { outputOf } from "./commands.ts";
import { drawFrameNumber, frameNumberOf } from "./frame_number.ts";
import type { FrameSource } from "../../lib/camera/source.ts";
import { JpegDecoder, JpegEncoder, Mat } from "../../lib/opencv/mod.ts";
import { JpegStreamCutter } from "../../lib/jpeg/stream.ts";

/** What a video is to be. */
export interface NumberedVideoOptions {
  /** How FFmpeg calls its codec; `copy`, the default, leaves the JPEGs as they are. */
  readonly codec?: string;
  /** How many pictures: they carry 0, 1, 2, … */
  readonly frames: number;
  /** Pictures a second. */
  readonly fps: number;
}

/** The size of the pictures, in pixels. */
export const NUMBERED_SIZE = { width: 320, height: 240 };

/** The JPEG of a picture that carries `number`. */
export async function numberedJpeg(number: number): Promise<Uint8Array<ArrayBuffer>> {
  using picture = new Mat(NUMBERED_SIZE.height, NUMBERED_SIZE.width);
  await using encoder = new JpegEncoder();
  picture.setTo([90, 140, 60]);
  drawFrameNumber(picture, number);
  return await encoder.encode(picture, { quality: 80 });
}

/** Writes an AVI, of Motion JPEG where no other codec is named. */
export async function writeNumberedVideo(
  path: string,
  { frames, fps, codec = "copy" }: NumberedVideoOptions,
): Promise<void> {
  const jpegs: Uint8Array<ArrayBuffer>[] = [];
  for (let number = 0; number < frames; number++) jpegs.push(await numberedJpeg(number));
  const input = ["-f", "mjpeg", "-framerate", `${fps}`, "-i", "-"];
  // Without a rate of its own, an AVI gets an empty frame behind each.
  const output = ["-c", codec, "-r", `${fps}`, path];
  await outputOf("ffmpeg", ["-v", "error", "-y", ...input, ...output], { input: new Blob(jpegs) });
}

/** The number of the picture that a source has given; `undefined` where it carries none. */
export async function numberFrom(
  { pixelFormat }: Pick<FrameSource, "pixelFormat">,
  given: Mat,
): Promise<number | undefined> {
  if (pixelFormat === "bgr") return frameNumberOf(given);
  using picture = new Mat();
  await using decoder = new JpegDecoder();
  await decoder.decode(given.getData(), picture);
  return frameNumberOf(picture);
}

/**
 * The numbers of JPEGs that stand one after another, as `guest --output` writes them.
 *
 * @throws {Error} when one of them does not decode or carries no number, or something else stands
 * between them
 */
export async function numbersOf(stream: Uint8Array): Promise<number[]> {
  const cutter = new JpegStreamCutter();
  const numbers: number[] = [];
  let bytes = 0;
  using picture = new Mat();
  await using decoder = new JpegDecoder();
  for (const jpeg of cutter.push(stream)) {
    bytes += jpeg.length;
    await decoder.decode(jpeg, picture);
    const number = frameNumberOf(picture);
    if (number === undefined) throw new Error(`picture ${numbers.length + 1} has no number`);
    numbers.push(number);
  }
  if (bytes !== stream.length) throw new Error(`${stream.length - bytes} bytes are no JPEG`);
  return numbers;
}
