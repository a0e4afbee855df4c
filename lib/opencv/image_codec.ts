/**
 * Picture files by OpenCV's own codecs: PNG, JPEG, WebP and what else it was built with.
 *
 * For frames, {@linkcode JpegEncoder} and {@linkcode JpegDecoder} are the quick way.
 *
 * @module
 */

import { IMREAD_COLOR } from "./constants.ts";
import { checked, core, cString, errorText, failure, keeping } from "./ffi.ts";
import { Mat } from "./mat.ts";

/** `IMWRITE_` numbers, each followed by its value. */
export type ImwriteParams = readonly number[];

/**
 * Encodes a picture.
 *
 * @param extension names the format, with its dot: `.png`
 * @throws {CaptureVideoError} `opencv`: an unknown format, an empty Mat
 */
export function imencode(
  extension: string,
  mat: Mat,
  params: ImwriteParams = [],
): Uint8Array<ArrayBuffer> {
  const length = new Uint32Array(1);
  const list = Int32Array.from(params);
  const error = errorText();
  const bytes = core().image_encode_sync(
    cString(extension),
    mat.native.forReading(),
    list,
    list.length,
    length,
    error,
    error.length,
  );
  return taken(bytes, length[0]!, extension, error);
}

/** {@linkcode imencode} off the JavaScript thread. */
export function imencodeAsync(
  extension: string,
  mat: Mat,
  params: ImwriteParams = [],
): Promise<Uint8Array<ArrayBuffer>> {
  const format = cString(extension);
  const length = new Uint32Array(1);
  const list = Int32Array.from(params);
  const error = errorText();
  return mat.native.whileReading(async (picture) => {
    const call = core().image_encode(
      format,
      picture,
      list,
      list.length,
      length,
      error,
      error.length,
    );
    return taken(await keeping(call, format, list), length[0]!, extension, error);
  });
}

function taken(
  bytes: Deno.PointerValue,
  length: number,
  extension: string,
  error: Uint8Array,
): Uint8Array<ArrayBuffer> {
  if (bytes === null) throw failure("opencv", `encode a picture as ${extension}`, error);
  const copy = new Uint8Array(length);
  core().image_bytes_take(bytes, copy);
  core().image_bytes_release(bytes);
  return copy;
}

/**
 * Decodes a picture of any format OpenCV knows, into a Mat of the caller's.
 *
 * @param flags one of the `IMREAD_` numbers
 * @throws {CaptureVideoError} `opencv`: the bytes are no picture
 */
export function imdecode(bytes: Uint8Array, flags: number = IMREAD_COLOR): Mat {
  const input = bytes as Uint8Array<ArrayBuffer>;
  const mat = new Mat();
  try {
    const picture = mat.native.forWriting();
    checked(
      "decode a picture",
      (...error) => core().image_decode_sync(input, input.length, flags, picture, ...error),
    );
    return mat;
  } catch (cause) {
    mat.release();
    throw cause;
  }
}

/** {@linkcode imdecode} off the JavaScript thread. */
export async function imdecodeAsync(bytes: Uint8Array, flags: number = IMREAD_COLOR): Promise<Mat> {
  const input = bytes as Uint8Array<ArrayBuffer>;
  const error = errorText();
  const mat = new Mat();
  try {
    const status = await mat.native.whileWriting((picture) =>
      keeping(
        core().image_decode(input, input.length, flags, picture, error, error.length),
        input,
      )
    );
    if (status < 0) throw failure("opencv", "decode a picture", error);
    return mat;
  } catch (cause) {
    mat.release();
    throw cause;
  }
}

/**
 * Writes a picture to a file whose name ends in the format's extension.
 *
 * @throws {CaptureVideoError} `opencv`: an unknown format, an empty Mat
 */
export function imwrite(path: string, mat: Mat, params: ImwriteParams = []): void {
  const bytes = imencode(extensionOf(path), mat, params);
  Deno.writeFileSync(path, bytes);
}

/** {@linkcode imwrite} off the JavaScript thread. */
export async function imwriteAsync(
  path: string,
  mat: Mat,
  params: ImwriteParams = [],
): Promise<void> {
  await Deno.writeFile(path, await imencodeAsync(extensionOf(path), mat, params));
}

/** Reads a picture file into a Mat of the caller's. */
export function imread(path: string, flags: number = IMREAD_COLOR): Mat {
  return imdecode(Deno.readFileSync(path), flags);
}

/** {@linkcode imread} off the JavaScript thread. */
export async function imreadAsync(path: string, flags: number = IMREAD_COLOR): Promise<Mat> {
  return await imdecodeAsync(await Deno.readFile(path), flags);
}

function extensionOf(path: string): string {
  const match = /\.[^./\\]+$/.exec(path);
  if (match === null) {
    throw new TypeError(`Cannot write ${path}: its name has no extension to tell the format`);
  }
  return match[0];
}
