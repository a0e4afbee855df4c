/**
 * One picture's facts and the counts, in memory that both of the guest's threads see.
 *
 * @module
 */

import type { ReceiverCounts } from "./picture.ts";

/** What crosses to the window's thread with a picture. */
export interface PictureFacts {
  /** The address of the Mat, good until it is released. */
  readonly handle: bigint;
  /** When it was captured, in microseconds of our own clock; `undefined` where nobody knows. */
  readonly capturedAtMicros: number | undefined;
  readonly jpegBytes: number;
  /** How many messages the receiving thread had sent before: it comes faster than those. */
  readonly messagesBefore: number;
}

/** The numbers, in their order. */
const COUNTS = [
  "received",
  "replaced",
  "damaged",
  "receivedBytes",
  "omitted",
  "reconnects",
] as const;
const CAPTURED_AT = COUNTS.length;
const JPEG_BYTES = CAPTURED_AT + 1;
const MESSAGES_BEFORE = JPEG_BYTES + 1;

const NUMBERS_AT = 16;
const BYTES = NUMBERS_AT + (MESSAGES_BEFORE + 1) * Float64Array.BYTES_PER_ELEMENT;

/**
 * Holds one picture at a time, and wakes who waits for it: in a tenth of a millisecond, where a
 * message that the event loop delivers takes a quarter.
 *
 * - Life: waiting for a picture keeps no program alive, as it would for a message.
 * - Order: whoever puts waits until the one before was taken; the threads see to that. Who takes a
 *   picture sees the counts that were set before it was put.
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

  get counts(): ReceiverCounts {
    const entries = COUNTS.map((name, index) => [name, this.#numbers[index]!] as const);
    return Object.fromEntries(entries) as Record<typeof COUNTS[number], number>;
  }

  set counts(counts: ReceiverCounts) {
    this.#numbers.set(COUNTS.map((name) => counts[name]));
  }

  /** Puts a picture's facts, and wakes the other end. */
  put({ handle, capturedAtMicros = NaN, jpegBytes, messagesBefore }: PictureFacts): void {
    this.#handle[0] = handle;
    this.#numbers[CAPTURED_AT] = capturedAtMicros;
    this.#numbers[JPEG_BYTES] = jpegBytes;
    this.#numbers[MESSAGES_BEFORE] = messagesBefore;
    Atomics.add(this.#turn, 0, 1);
    Atomics.notify(this.#turn, 0);
  }

  async next(): Promise<PictureFacts> {
    for (;;) {
      await Atomics.waitAsync(this.#turn, 0, this.#taken).value;
      const facts = this.take();
      if (facts) return facts;
    }
  }

  /** Takes a picture's facts, if there are any that were not taken. */
  take(): PictureFacts | undefined {
    const turn = Atomics.load(this.#turn, 0);
    if (turn === this.#taken) return undefined;
    this.#taken = turn;
    const capturedAtMicros = this.#numbers[CAPTURED_AT]!;
    return {
      handle: this.#handle[0]!,
      capturedAtMicros: Number.isNaN(capturedAtMicros) ? undefined : capturedAtMicros,
      jpegBytes: this.#numbers[JPEG_BYTES]!,
      messagesBefore: this.#numbers[MESSAGES_BEFORE]!,
    };
  }
}
