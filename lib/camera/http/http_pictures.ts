/**
 * The pictures that a network camera sends over HTTP, answer after answer.
 *
 * @module
 */

import { isDisconnect } from "../../flow/byte_connection.ts";
import { CaptureVideoError } from "../../flow/errors.ts";
import { LatestSlot } from "../../flow/latest_slot.ts";
import { monotonicMicros } from "../../opencv/mod.ts";
import { MAX_JPEG_BYTES } from "../../jpeg/limits.ts";
import { Standstill } from "../../flow/standstill.ts";
import { deadline, nextTurn, pause } from "../../flow/timing.ts";
import { announcedBoundary, answerKind, TELLING_BYTES } from "./answer_kind.ts";
import type { HttpAnswer } from "./http_answer.ts";
import { HttpClient } from "./http_client.ts";
import { type CutPicture, PartCutter } from "./part_cutter.ts";
import { FIRST_PATIENCE_MS, PictureRate } from "./picture_rate.ts";
import { header } from "./response_head.ts";

/**
 * How long after each answer without a picture the camera is asked again, in milliseconds, before it
 * counts as lost: many close the connection now and then, and need a moment.
 */
const RETRY_AFTER_MS = [100, 300, 600];

/** How long a picture may take that is not whole at its declared length, in milliseconds. */
const OVERDUE_MS = 500;

/** How often this program looks whether it stood still itself, in milliseconds. */
const LOOK_EVERY_MS = 500;

/** Options of {@linkcode HttpPictures.begin}. */
export interface HttpPicturesOptions {
  /** How often a camera is asked that gives one picture a request, in pictures a second. */
  readonly fps: number;
  /** How long the camera may take to answer, in milliseconds; its first picture may take longer. */
  readonly timeoutMs: number;
  /** Called where something else comes whose length is known beforehand: no live video. */
  readonly onFile?: () => void;
}

/**
 * Reads a camera without pause and keeps the newest picture.
 *
 * - An answer that ends after a picture is followed by the next request: that is how some cameras
 *   send. Never sooner than the wished rate has it, nor before the camera has answered.
 * - What came while the whole program stood still is old: the camera is asked anew.
 * - Close: ends the request under way; idempotent.
 */
export class HttpPictures {
  /** How often they come. */
  readonly rate = new PictureRate();
  readonly #client: HttpClient;
  readonly #description: string;
  readonly #options: HttpPicturesOptions;
  readonly #newest = new LatestSlot<CutPicture>();
  readonly #end = new AbortController();
  readonly #standstill = new Standstill({ everyMs: LOOK_EVERY_MS });
  readonly #looking: ReturnType<typeof setInterval>;
  #stoodStill = false;
  #askedAtMs = 0;
  #failure: unknown;
  #running: Promise<void> = Promise.resolve();

  /**
   * @param url with name and password
   * @param description the same without
   */
  constructor(url: string, description: string, options: HttpPicturesOptions) {
    this.#client = new HttpClient(url);
    this.#description = description;
    this.#options = options;
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /**
   * Asks for the first time, and goes on by itself where JPEGs come.
   *
   * @returns the answer; nothing where it holds no JPEGs, but may hold another video
   * @throws {CaptureVideoError} `camera-unavailable`, saying what the camera says
   */
  async begin(): Promise<HttpAnswer | undefined> {
    const { timeoutMs } = this.#options;
    const answer = await deadline(this.#ask(), {
      ms: timeoutMs,
      error: () => this.#unavailable(`no answer for ${timeoutMs / 1000} s`),
    });
    if (!await this.#withinPatience(this.#holdsJpegs(answer))) return undefined;
    this.#running = this.#run(answer);
    return answer;
  }

  /** Waits for the first picture, which need not come at once. */
  first(): Promise<CutPicture> {
    return this.#withinPatience(this.next());
  }

  /** The newest picture, if there is one that was not taken. */
  take(): CutPicture | undefined {
    return this.#newest.take();
  }

  /** The same, or waits for it. */
  async next(): Promise<CutPicture> {
    const picture = await this.#newest.next();
    if (picture === undefined) throw this.#failure ?? this.#lost("it is closed");
    return picture;
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    clearInterval(this.#looking);
    this.#end.abort(this.#lost("it is closed"));
    this.#client.close();
    this.#newest.close();
    await this.#running;
  }

  async #run(first: HttpAnswer): Promise<void> {
    const { signal } = this.#end;
    let why: unknown;
    try {
      let misses = 0;
      for (let answer: HttpAnswer | undefined = first; !signal.aborted;) {
        if (answer && await this.#read(answer)) misses = 0;
        else if (misses === RETRY_AFTER_MS.length) throw why ?? this.#lost("the stream has ended");
        else await pause(RETRY_AFTER_MS[misses++]!, signal);
        const dueMs = this.#askedAtMs + 1000 / this.#options.fps;
        await pause(Math.max(0, dueMs - performance.now()), signal);
        answer = why = undefined;
        try {
          answer = await this.#askAgain();
        } catch (error) {
          why = error;
        }
      }
    } catch (error) {
      this.#failure = error;
    }
    this.#newest.finish();
  }

  async #ask(): Promise<HttpAnswer> {
    this.#askedAtMs = performance.now();
    return await this.#client.get(this.#end.signal);
  }

  async #askAgain(): Promise<HttpAnswer> {
    const answer = await this.#ask();
    if (await this.#holdsJpegs(answer)) return answer;
    throw this.#lost("it sends something else now");
  }

  /** Whether an answer holds JPEGs; it is closed where it does not. */
  async #holdsJpegs(answer: HttpAnswer): Promise<boolean> {
    const contentType = header(answer.head, "content-type");
    const isMultipart = answerKind(contentType, new Uint8Array()) === "jpeg";
    const begin = isMultipart || answer.isEmpty
      ? new Uint8Array()
      : await answer.peek(TELLING_BYTES);
    const kind = answer.isEmpty ? "nothing" : answerKind(contentType, begin);
    if (kind === "jpeg") return true;
    const isPicture = /^\s*image\//i.test(contentType);
    if (kind === "other" && answer.declaredBytes > 0 && !isPlaylist(begin) && !isPicture) {
      this.#options.onFile?.();
    }
    answer.close();
    if (kind === "page") {
      throw this.#unavailable(
        "a web page, not a picture; the camera's manual says where its pictures are",
      );
    }
    if (kind === "nothing") throw this.#unavailable("its answer is empty");
    return false;
  }

  /** Reads an answer to its end; how many pictures were in it. */
  async #read(answer: HttpAnswer): Promise<number> {
    const contentType = header(answer.head, "content-type");
    const cutter = new PartCutter(announcedBoundary(contentType));
    // A length says that this is one picture, unless it is none that a picture can have.
    const declared = /^\s*multipart\//i.test(contentType) ? 0 : answer.declaredBytes;
    const isSnapshot = declared > 0 && declared <= MAX_JPEG_BYTES;
    let received = 0;
    for (;;) {
      // A length may be too small; but where it is not, nothing more will come.
      const isOverdue = isSnapshot && received >= declared;
      const overdue = isOverdue ? setTimeout(() => answer.close(), OVERDUE_MS) : undefined;
      const chunk = await this.#chunk(answer);
      clearTimeout(overdue);
      if (chunk === undefined) break;
      received += chunk.length;
      this.#put(cutter.push(chunk, monotonicMicros()));
      if (isSnapshot && cutter.pictures > 0) break;
    }
    const isWhole = isSnapshot && received === declared && !cutter.inPicture;
    this.#put(cutter.end());
    if (answer.hasEnded || isWhole) this.#client.keep(answer);
    else answer.close();
    return cutter.pictures;
  }

  /** The next piece; nothing at the end, however the connection ends. */
  async #chunk(answer: HttpAnswer): Promise<Uint8Array | undefined> {
    try {
      // A camera that sends without a pause is not to keep guests, timers and signals waiting.
      await nextTurn();
      const chunk = await answer.read();
      this.#look();
      if (!this.#stoodStill) return chunk;
      this.#stoodStill = false;
      answer.close();
    } catch (error) {
      if (!this.#end.signal.aborted && !isEnd(error)) throw error;
    }
    return undefined;
  }

  #put(pictures: readonly CutPicture[]): void {
    for (const { atMicros } of pictures) this.rate.add(atMicros);
    const newest = pictures.at(-1);
    if (newest) this.#newest.put(newest);
  }

  #look(): void {
    this.#stoodStill ||= this.#standstill.take() > 0;
  }

  #withinPatience<T>(promise: Promise<T>): Promise<T> {
    const ms = Math.max(this.#options.timeoutMs, FIRST_PATIENCE_MS);
    return deadline(promise, {
      ms,
      error: () => this.#unavailable(`it answers, but no picture came for ${ms / 1000} s`),
    });
  }

  #unavailable(words: string): CaptureVideoError {
    return new CaptureVideoError(
      "camera-unavailable",
      `Cannot open ${this.#description}: ${words}`,
    );
  }

  #lost(words: string): CaptureVideoError {
    return new CaptureVideoError("camera-lost", `Cannot read ${this.#description}: ${words}`);
  }
}

/** Whether an error is the connection's end; those of TLS are Node's. */
function isEnd(error: unknown): boolean {
  return isDisconnect(error) || error instanceof Error && "code" in error;
}

/** Whether it only says where a video is (HLS, DASH): its length is not the video's. */
function isPlaylist(begin: Uint8Array): boolean {
  return begin[0] === "#".charCodeAt(0) || begin[0] === "<".charCodeAt(0);
}
