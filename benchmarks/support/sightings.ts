/**
 * The logs of the imshow probe and of the screen observer: which frame was seen when.
 *
 * @module
 */

/** Bits of {@linkcode Sighting.flags}, as in number_strip.h. */
const DAMAGED = 0b11;

const RECORD_BYTES = 16;

/** One picture seen. */
export interface Sighting {
  /** When, in microseconds of `CLOCK_MONOTONIC`. */
  readonly micros: number;
  /** The frame number in its pixels. */
  readonly number: number;
  /** 0, or why the picture is damaged. */
  readonly flags: number;
}

/** A span of `CLOCK_MONOTONIC` in microseconds. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** Reads a log; a record that is still being written is left out. */
export function readSightings(path: string): Sighting[] {
  const bytes = Deno.readFileSync(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.floor(bytes.byteLength / RECORD_BYTES);
  return Array.from({ length: count }, (_, index) => {
    const at = index * RECORD_BYTES;
    return {
      micros: Number(view.getBigUint64(at, true)),
      number: view.getUint32(at + 8, true),
      flags: view.getUint32(at + 12, true),
    };
  });
}

/** What a log tells of a span of time. */
export interface Seen {
  /** The ages of the whole pictures in milliseconds, each number's first sighting only. */
  readonly agesMs: readonly number[];
  /** How many pictures were damaged. */
  readonly damaged: number;
}

/** Sums up a span. The frame numbered n was captured n / fps seconds after the clock's zero. */
export function seenWithin(span: Span, sightings: readonly Sighting[], fps: number): Seen {
  const within = sightings.filter(({ micros }) => micros >= span.from && micros < span.until);
  const whole = within.filter(({ flags }) => !(flags & DAMAGED));
  const numbers = new Set<number>();
  const agesMs: number[] = [];
  for (const { micros, number } of whole) {
    if (numbers.has(number)) continue;
    numbers.add(number);
    agesMs.push(micros / 1000 - number * 1000 / fps);
  }
  return { agesMs, damaged: within.length - whole.length };
}
