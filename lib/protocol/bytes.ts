/**
 * Unsigned big-endian integers in a byte array, without a `DataView` for each one.
 *
 * Nothing here checks that the bytes are there: callers have checked a length before.
 *
 * @module
 */

/** One more than the largest u32. */
export const U32_RANGE = 2 ** 32;

/** The u32 at `offset`. */
export function readU32(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 24 | bytes[offset + 1]! << 16 | bytes[offset + 2]! << 8 |
    bytes[offset + 3]!) >>> 0;
}

/** The u64 at `offset`; exact up to `Number.MAX_SAFE_INTEGER`, rounded above it. */
export function readU64(bytes: Uint8Array, offset: number): number {
  return readU32(bytes, offset) * U32_RANGE + readU32(bytes, offset + 4);
}

/** Writes `value`, a whole number below 2^32, at `offset`. */
export function writeU32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
}

/** Writes `value`, a whole number up to `Number.MAX_SAFE_INTEGER`, at `offset`. */
export function writeU64(bytes: Uint8Array, offset: number, value: number): void {
  writeU32(bytes, offset, Math.floor(value / U32_RANGE));
  writeU32(bytes, offset + 4, value % U32_RANGE);
}
