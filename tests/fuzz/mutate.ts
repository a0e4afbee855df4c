/** Random numbers that can be had again, and damage done with them. */

/** The longest input, in bytes. */
const MAX_INPUT_BYTES = 8_192;

/** Bytes that mean something to a parser of messages or of JPEGs. */
const TELLING = [0x00, 0x01, 0x02, 0x03, 0x43, 0x56, 0x7f, 0x80, 0xc4, 0xd8, 0xd9, 0xda, 0xff];

/** Numbers that only depend on the seed (the generator mulberry32). */
export class Random {
  #state: number;

  /** @param seed u32 */
  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to `end` - 1. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ this.#state >>> 15, 1 | this.#state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return Math.floor(((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32 * end);
  }

  /** One of the given values. */
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  /** So many bytes, a third of them telling ones. */
  bytes(length: number): Uint8Array {
    return Uint8Array.from(
      { length },
      () => this.below(3) === 0 ? this.pick(TELLING) : this.below(256),
    );
  }
}

/** A few streams of the corpus in a row, damaged in up to five places, at most 8 KiB. */
export function mutate(corpus: readonly Uint8Array[], random: Random): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let count = 1 + random.below(4); count > 0; count--) {
    parts.push(random.below(12) === 0 ? random.bytes(random.below(40)) : random.pick(corpus));
  }
  let bytes = join(parts);
  for (let count = random.below(6); count > 0 && bytes.length > 0; count--) {
    bytes = damage(bytes, random);
  }
  return bytes.subarray(0, MAX_INPUT_BYTES);
}

/** The bytes in pieces of random length, many of them tiny. */
export function cut(bytes: Uint8Array, random: Random): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + random.below(random.pick([1, 3, 16, 200, MAX_INPUT_BYTES]));
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

function damage(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  const length = random.below(Math.min(bytes.length - at, random.pick([4, 32, 1_000])) + 1);
  switch (random.below(6)) {
    case 0: {
      const changed = bytes.slice();
      changed[at]! ^= 1 << random.below(8);
      return changed;
    }
    case 1: {
      const changed = bytes.slice();
      changed[at] = random.pick(TELLING);
      return changed;
    }
    case 2: {
      const changed = bytes.slice();
      changed.set(random.bytes(Math.min(4, bytes.length - at)), at);
      return changed;
    }
    case 3:
      return join([bytes.subarray(0, at), random.bytes(length), bytes.subarray(at)]);
    case 4:
      return join([bytes.subarray(0, at), bytes.subarray(at + length)]);
    default:
      return bytes.subarray(0, at);
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
