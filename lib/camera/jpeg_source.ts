/**
 * A source of JPEGs, each of which guests can show.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import { CV_8UC1, isPlainJpeg, JpegDecoder, Mat, openCvIsThere } from "../opencv/mod.ts";
import { jpegSize, withHuffmanTables } from "../jpeg/markers.ts";
import { findJpeg, withEnd } from "../jpeg/picture.ts";
import { checkJpegBytes, checkPixels } from "../jpeg/limits.ts";
import { type CapturedJpeg, ClosableSource, type FrameSource, type SourceInfo } from "./source.ts";

/**
 * Wraps a source of JPEGs, which it owns from then on, and delivers one whole picture each.
 *
 * - Untouched: a JPEG that lacks nothing stays as it is, byte by byte. What stands in front of it
 *   and behind it is cut off; a missing end and missing Huffman tables are put in.
 * - Cost: a look at every byte, and no decoding once a first picture was decoded. Where the end is
 *   missing, only a decoder can say whether a picture was cut short.
 * - OpenCV: JPEGs in JavaScript's memory stay there. Where no decoder is, what says that it is a
 *   whole picture is believed.
 */
export class JpegSource extends ClosableSource implements FrameSource {
  readonly info: SourceInfo;
  readonly pixelFormat = "mjpg";
  /** The next picture without a Mat, where the source has it so. */
  readonly readJpeg?: () => Promise<CapturedJpeg | undefined>;
  readonly #source: FrameSource;
  readonly #decoder = new JpegDecoder();
  readonly #decoded = new Mat();
  #buffer = new Uint8Array();
  /** Whether a picture of it could be decoded. */
  #isProven = false;

  constructor(source: FrameSource) {
    super();
    this.#source = source;
    this.info = source.info;
    if (source.readJpeg) this.readJpeg = () => this.#readBytes(source.readJpeg!());
  }

  get patienceMs(): number {
    return this.#source.patienceMs ?? 0;
  }

  /**
   * Waits for the next picture.
   *
   * @throws {CaptureVideoError} `damaged-jpeg`: what came is no picture, or larger than guests take
   */
  async read(into: Mat): Promise<number | undefined> {
    const capturedAtMicros = await this.#source.read(into);
    if (capturedAtMicros === undefined) return undefined;
    if (this.#isProven && isPlainJpeg(into)) return capturedAtMicros;
    const bytes = into.getData(this.#roomFor(into.byteLength));
    const jpeg = await this.#wholePicture(bytes);
    if (jpeg.length !== bytes.length) {
      into.create(1, jpeg.length, CV_8UC1);
      into.setData(jpeg);
    }
    return capturedAtMicros;
  }

  async close(): Promise<void> {
    await this.#source.close();
    await this.#decoder.close();
    this.#decoded.release();
  }

  async #readBytes(reading: Promise<CapturedJpeg | undefined>): Promise<CapturedJpeg | undefined> {
    const picture = await reading;
    return picture && { ...picture, jpeg: await this.#wholePicture(picture.jpeg) };
  }

  async #wholePicture(bytes: Uint8Array): Promise<Uint8Array> {
    const found = findJpeg(bytes);
    if (!found) {
      checkJpegBytes(bytes.length);
      throw new CaptureVideoError(
        "damaged-jpeg",
        `Cannot pass the source's JPEG on: there is none in its ${bytes.length} bytes`,
      );
    }
    const { jpeg, hasEnd } = found;
    checkPixels(jpegSize(jpeg));
    const whole = withHuffmanTables(hasEnd ? jpeg : withEnd(jpeg));
    checkJpegBytes(whole.length);
    if (hasEnd && (this.#isProven || !openCvIsThere())) return whole;
    // At an eighth of the size it takes half the time, and finds out as much.
    await this.#decoder.decode(jpeg, this.#decoded, { scale: 8 });
    this.#isProven = true;
    return whole;
  }

  #roomFor(bytes: number): Uint8Array<ArrayBuffer> {
    if (this.#buffer.length < bytes) this.#buffer = new Uint8Array(bytes + (bytes >> 2));
    return this.#buffer.subarray(0, bytes);
  }
}
