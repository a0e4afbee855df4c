/**
 * Motion JPEG as AVI, of JPEGs that FFmpeg would not write as they are.
 *
 * @example
 * ```ts ignore
 * import { aviOf } from "./avi.ts";
 *
 * await Deno.writeFile("odd.avi", aviOf([jpeg, oddJpeg], { width: 320, height: 240, fps: 10 }));
 * ```
 * @module
 */

import { concat } from "../protocol/support.ts";

/** What an AVI says of itself. */
export interface AviFacts {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Pictures a second. */
  readonly fps: number;
}

/** A picture that a player needs no other for. */
const KEY_FRAME = 0x10;
const HAS_INDEX = 0x10;
const BUFFER_BYTES = 1 << 20;

/** A film of these JPEGs, with an index. */
export function aviOf(jpegs: readonly Uint8Array[], { width, height, fps }: AviFacts): Uint8Array {
  const count = jpegs.length;
  const pictures = jpegs.map((jpeg) => chunk("00dc", jpeg));
  const index: Uint8Array[] = [];
  let offset = 4;
  for (const [number, { length }] of pictures.entries()) {
    index.push(ascii("00dc"), u32(KEY_FRAME, offset, jpegs[number]!.length));
    offset += length;
  }
  const file = u32(
    1e6 / fps,
    0,
    0,
    HAS_INDEX,
    count,
    0,
    1,
    BUFFER_BYTES,
    width,
    height,
    0,
    0,
    0,
    0,
  );
  const stream = concat(
    ascii("vidsMJPG"),
    u32(0, 0, 0, 1, fps, 0, count, BUFFER_BYTES, 0xffffffff, 0),
    u16(0, 0, width, height),
  );
  const format = concat(
    u32(40, width, height),
    u16(1, 24),
    ascii("MJPG"),
    u32(width * height * 3, 0, 0, 0, 0),
  );
  const streamList = list("strl", chunk("strh", stream), chunk("strf", format));
  return chunk(
    "RIFF",
    concat(
      ascii("AVI "),
      list("hdrl", chunk("avih", file), streamList),
      list("movi", ...pictures),
      chunk("idx1", concat(...index)),
    ),
  );
}

function list(name: string, ...chunks: Uint8Array[]): Uint8Array {
  return chunk("LIST", concat(ascii(name), ...chunks));
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  return concat(ascii(name), u32(data.length), data, new Uint8Array(data.length % 2));
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function u32(...values: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value, true);
  return new Uint8Array(view.buffer);
}

function u16(...values: number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value & 0xff, value >> 8]));
}
