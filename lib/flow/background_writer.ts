/**
 * Writing to somebody who may be slow, may have stopped, or was never there, without waiting.
 *
 * @example
 * ```ts
 * import { BackgroundWriter } from "./background_writer.ts";
 *
 * const writer = new BackgroundWriter({
 *   target: { write: (bytes) => Promise.resolve(bytes.length) },
 *   maxBytes: 1000,
 * });
 * writer.put(Uint8Array.of(1, 2, 3));
 * console.assert(await writer.finish(100) && writer.omitted === 0);
 * ```
 * @module
 */

import { Buffer } from "node:buffer";
import { type ByteConnection, writeAll } from "./byte_connection.ts";

/** What takes bytes, when it does: `Deno.FsFile`, `Deno.stderr`. */
export type WriteTarget = Pick<ByteConnection, "write">;

/** Options of a {@linkcode BackgroundWriter}. */
export interface BackgroundWriterOptions {
  /** Where the bytes go. A FIFO is opened only once somebody reads it, so it may be yet to come. */
  target: WriteTarget | Promise<WriteTarget>;
  /** How much may wait; the newest part always may. */
  maxBytes: number;
  /** How long a part may wait, in milliseconds; default: without limit. */
  maxWaitMs?: number;
  /** What is written in the place of so many parts that were left out; default: nothing. */
  inPlaceOf?: (count: number) => Uint8Array;
  /** Called when the target could not be opened or did not take a part. */
  onFailure?: (error: unknown) => void;
  /**
   * Whether all that comes then is left out: nothing may stand behind a part that was cut; default:
   * no, the next part is tried.
   */
  endsWithFailure?: boolean;
}

/** So many parts may wait: each takes memory of its own, however small it is. */
export const MAX_PARTS = 50_000;

/** Writers with a write that did not end in time: it keeps the process alive, and nothing ends it. */
const hanging = new Set<BackgroundWriter>();

/** Whether a write hangs, so that the process will not end by itself. */
export function writesHang(): boolean {
  return hanging.size > 0;
}

/**
 * Writes parts one after another, on a thread of their own, while everything else goes on.
 *
 * - Order: parts are written in the order in which they were put.
 * - Loss: a part is written whole or not at all, unless the process ends or the target fails in the
 *   middle of it. When too much waits, the oldest part is left out; `omitted` counts these and those
 *   that failed.
 * - Bound: `maxBytes` in no more than {@linkcode MAX_PARTS} parts, beside the one being written.
 */
export class BackgroundWriter {
  readonly #options: BackgroundWriterOptions;
  readonly #waiting: { bytes: Uint8Array; putAtMs: number }[] = [];
  #waitingBytes = 0;
  #omitted = 0;
  /** How many of them have not been told to `inPlaceOf`. */
  #gap = 0;
  #isPartUnderWay = false;
  #hasEnded = false;
  #writing: Promise<void> | undefined;

  constructor(options: BackgroundWriterOptions) {
    this.#options = options;
    if (options.target instanceof Promise) this.#writing = this.#write();
  }

  get omitted(): number {
    return this.#omitted;
  }

  /** Takes a part, whose bytes are the writer's from here on. */
  put(bytes: Uint8Array): void {
    if (this.#hasEnded) return this.#omit();
    const { maxBytes, maxWaitMs = Infinity } = this.#options;
    const putAtMs = performance.now();
    this.#waiting.push({ bytes, putAtMs });
    this.#waitingBytes += bytes.length;
    this.#writing ??= this.#write();
    while (
      this.#waiting.length > 1 &&
      (this.#waitingBytes > maxBytes || this.#waiting.length > MAX_PARTS ||
        this.#waiting[0]!.putAtMs < putAtMs - maxWaitMs)
    ) {
      this.#take();
      this.#omit();
    }
  }

  /**
   * Waits until everything is written, but not longer than the limit; what is left then is omitted.
   *
   * @returns whether nothing was left
   */
  async finish(limitMs: number): Promise<boolean> {
    const writing = this.#writing;
    if (!writing) return true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), limitMs);
    });
    const inTime = await Promise.race([writing.then(() => true), limit]);
    clearTimeout(timer);
    if (inTime) return true;
    hanging.add(this);
    this.#omit(this.#waiting.length + (this.#isPartUnderWay ? 1 : 0));
    this.#waiting.length = this.#waitingBytes = 0;
    return false;
  }

  /** Takes the part that has waited for the longest. */
  #take(): Uint8Array | undefined {
    const part = this.#waiting.shift();
    this.#waitingBytes -= part?.bytes.length ?? 0;
    return part?.bytes;
  }

  #omit(parts = 1): void {
    this.#omitted += parts;
    this.#gap += parts;
  }

  async #write(): Promise<void> {
    const { inPlaceOf, onFailure, endsWithFailure } = this.#options;
    try {
      let { target } = this.#options;
      if (target instanceof Promise) target = await target;
      for (let part = this.#take(); part; part = this.#take()) {
        const missing = this.#gap;
        this.#gap = 0;
        this.#isPartUnderWay = true;
        try {
          const notice = missing > 0 ? inPlaceOf?.(missing) : undefined;
          await writeAll(target, notice ? Buffer.concat([notice, part]) : part);
        } catch (error) {
          this.#gap += missing;
          this.#omit();
          if (endsWithFailure) throw error;
          onFailure?.(error);
        } finally {
          this.#isPartUnderWay = false;
        }
      }
    } catch (error) {
      this.#omit(this.#waiting.length);
      this.#waiting.length = this.#waitingBytes = 0;
      this.#hasEnded = endsWithFailure === true;
      onFailure?.(error);
    }
    this.#writing = undefined;
    hanging.delete(this);
  }
}
