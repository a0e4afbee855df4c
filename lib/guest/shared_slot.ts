/**
 * One picture's facts, in memory that both of the guest's threads see.
 *
 * @module
 */

import type { ReceiverCounts } from "./picture.ts";

/** What the window's thread is told of a picture. */
export interface PictureFacts {
  /** The address of the Mat, good until it is released. */
  readonly handle: bigint;
  /** When it was captured, in microseconds of our own clock; `undefined` where nobody knows. */
  readonly capturedAtMicros: number | undefined;
  /** The length of its JPEG. */
  readonly jpegBytes: number;
  /** With it, so that no picture is shown before it was counted. */
  readonly counts: ReceiverCounts;
}

/** The numbers, in their order. */
const COUNTS = ["received", "replaced", "damaged", "receivedBytes", "reconnects"] as const;
const CAPTURED_AT = COUNTS.length;
const JPEG_BYTES = CAPTURED_AT + 1;

const NUMBERS_AT = 16;
const BYTES = NUMBERS_AT + (JPEG_BYTES + 1) * Float64Array.BYTES_PER_ELEMENT;

/**
 * Holds one picture at a time, and wakes who waits for it: in a tenth of a millisecond, where a
 * message that the event loop delivers takes a quarter.
 *
 * - Order: whoever puts waits until the one before was taken; the threads see to that.
 */
export class SharedSlot {
  /** What another thread makes its own end of. */
  readonly memory: SharedArrayBuffer;
  readonly #turn: Int32Array;
  readonly #handle: BigUint64Array;
  readonly #numbers: Float64Array;
  #taken = 0;

  /** @param memory that of the other end; fresh by default */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(BYTES)) {
    this.memory = memory;
    this.#turn = new Int32Array(memory, 0, 1);
    this.#handle = new BigUint64Array(memory, 8, 1);
    this.#numbers = new Float64Array(memory, NUMBERS_AT);
  }

  /** Puts a picture's facts, and wakes the other end. */
  put({ handle, capturedAtMicros, jpegBytes, counts }: PictureFacts): void {
    this.#handle[0] = handle;
    this.#numbers.set(COUNTS.map((name) => counts[name]));
    this.#numbers[CAPTURED_AT] = capturedAtMicros ?? NaN;
    this.#numbers[JPEG_BYTES] = jpegBytes;
    Atomics.add(this.#turn, 0, 1);
    Atomics.notify(this.#turn, 0);
  }

  /** Waits for the next picture's facts. */
  async next(): Promise<PictureFacts> {
    await Atomics.waitAsync(this.#turn, 0, this.#taken).value;
    this.#taken = Atomics.load(this.#turn, 0);
    const [received, replaced, damaged, receivedBytes, reconnects] = this.#numbers;
    const capturedAtMicros = this.#numbers[CAPTURED_AT]!;
    return {
      handle: this.#handle[0]!,
      capturedAtMicros: Number.isNaN(capturedAtMicros) ? undefined : capturedAtMicros,
      jpegBytes: this.#numbers[JPEG_BYTES]!,
      counts: {
        received: received!,
        replaced: replaced!,
        damaged: damaged!,
        receivedBytes: receivedBytes!,
        reconnects: reconnects!,
      },
    };
  }
}
