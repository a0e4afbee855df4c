/**
 * A network camera that sends JPEGs over HTTP: a stream of them, or one for each request.
 *
 * @module
 */

import { isDisconnect } from "../../flow/byte_connection.ts";
import { CaptureVideoError } from "../../flow/errors.ts";
import { LatestSlot } from "../../flow/latest_slot.ts";
import { Standstill } from "../../flow/standstill.ts";
import { deadline, nextTurn, pause } from "../../flow/timing.ts";
import { MAX_JPEG_BYTES } from "../../jpeg/limits.ts";
import { jpegSize } from "../../jpeg/markers.ts";
import { CV_8UC1, type Mat, monotonicMicros } from "../../opencv/mod.ts";
import { withoutPassword } from "../../text/passwords.ts";
import {
  cannotOpen,
  cannotRead,
  ClosableSource,
  type FrameSource,
  type SourceInfo,
} from "../source.ts";
import { announcedBoundary, isMultipart, kindOf } from "./answer_kind.ts";
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

/** Options of {@linkcode HttpSource.open}. */
export interface HttpSourceOptions {
  /** How often a camera is asked that gives one picture a request, in pictures a second. */
  readonly fps: number;
  /** How long the camera may take to answer, in milliseconds; its first picture may take longer. */
  readonly timeoutMs: number;
  /** Called where something else comes whose length is known beforehand: no live video. */
  readonly onFile?: () => void;
  /** Ends the opening. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * An HTTP camera as a source. It is read without pause, and the newest picture kept.
 *
 * - Age: what came while nobody asked was replaced by what came next; the time is that of the
 *   picture's last byte. What came while the whole program stood still is old: the camera is asked
 *   anew.
 * - An answer that ends after a picture is followed by the next request: that is how some cameras
 *   send. Never sooner than the requested rate has it, nor before the camera has answered.
 */
export class HttpSource extends ClosableSource implements FrameSource {
  readonly pixelFormat = "mjpg";
  readonly #client: HttpClient;
  readonly #options: HttpSourceOptions;
  readonly #newest = new LatestSlot<CutPicture>();
  readonly #rate = new PictureRate();
  readonly #end = new AbortController();
  readonly #standstill = new Standstill(LOOK_EVERY_MS);
  readonly #looking: ReturnType<typeof setInterval>;
  #info: SourceInfo;
  #note: string | undefined;
  #first: CutPicture | undefined;
  #stoodStill = false;
  #askedAtMs = 0;
  #failure: unknown;
  #running: Promise<void> = Promise.resolve();

  private constructor(url: string, options: HttpSourceOptions) {
    super();
    this.#client = new HttpClient(url, this.#end.signal);
    this.#options = options;
    this.#info = { description: withoutPassword(url), width: 0, height: 0, fps: 0, format: "mjpg" };
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /**
   * Opens a camera by its `http://` or `https://` address.
   *
   * @returns nothing where the address gives no JPEGs, but may give another video
   * @throws {CaptureVideoError} `camera-unavailable`, saying what the camera says
   */
  static async open(url: string, options: HttpSourceOptions): Promise<HttpSource | undefined> {
    const source = new HttpSource(url, options);
    const { signal } = options;
    const onAbort = () => void source.close();
    signal?.addEventListener("abort", onAbort);
    let isOpen = false;
    try {
      if (signal?.aborted) onAbort();
      isOpen = await source.#begin();
      return isOpen ? source : undefined;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      if (!isOpen) await source.close();
    }
  }

  /** What the camera gives, by its first picture. */
  get info(): SourceInfo {
    return this.#info;
  }

  /** That its certificate proves nothing, where it is so. */
  get note(): string | undefined {
    return this.#note;
  }

  get patienceMs(): number {
    return this.#rate.patienceMs;
  }

  async read(into: Mat): Promise<number> {
    const first = this.#first;
    this.#first = undefined;
    const { jpeg, atMicros } = this.#newest.take() ?? first ?? await this.#next();
    into.create(1, jpeg.length, CV_8UC1);
    into.setData(jpeg);
    return atMicros;
  }

  async close(): Promise<void> {
    clearInterval(this.#looking);
    this.#end.abort(this.#lost("it is closed"));
    this.#newest.close();
    await this.#running;
  }

  /** Asks for the first time, and goes on by itself where JPEGs come: false where none do. */
  async #begin(): Promise<boolean> {
    const { timeoutMs } = this.#options;
    const answer = await deadline(this.#ask(), {
      ms: timeoutMs,
      error: () => this.#unavailable(`no answer for ${timeoutMs / 1000} s`),
    });
    if (!await this.#withinPatience(this.#holdsJpegs(answer))) return false;
    const { unproven } = answer.connection;
    this.#note = unproven &&
      `${this.#info.description}: nobody vouches for its certificate (${unproven}); what it sends ` +
        "is encrypted, but it may be another computer";
    this.#running = this.#run(answer);
    // The first that says how large it is.
    for (;;) {
      this.#first = await this.#withinPatience(this.#next());
      try {
        this.#info = { ...this.#info, ...jpegSize(this.#first.jpeg) };
        return true;
      } catch (error) {
        if (!(error instanceof CaptureVideoError && error.code === "damaged-jpeg")) throw error;
      }
    }
  }

  async #next(): Promise<CutPicture> {
    const picture = await this.#newest.next();
    if (picture === undefined) throw this.#failure ?? this.#lost("it is closed");
    return picture;
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
          answer = await this.#ask();
          if (!await this.#holdsJpegs(answer)) throw this.#lost("it sends something else now");
        } catch (error) {
          answer = undefined;
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
    return await this.#client.get();
  }

  /** Whether an answer holds JPEGs; it is closed where it does not. */
  async #holdsJpegs(answer: HttpAnswer): Promise<boolean> {
    const kind = await kindOf(answer);
    if (kind === "jpeg") return true;
    if (kind === "film") this.#options.onFile?.();
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
    const declared = isMultipart(contentType) ? 0 : answer.declaredBytes;
    const isSnapshot = declared > 0 && declared <= MAX_JPEG_BYTES;
    let received = 0;
    for (;;) {
      // A length may be too small; but where it is not, nothing more will come.
      const isOverdue = isSnapshot && received >= declared;
      const overdue = isOverdue ? setTimeout(() => answer.close(), OVERDUE_MS) : undefined;
      const piece = await this.#piece(answer);
      clearTimeout(overdue);
      if (piece === undefined) break;
      received += piece.length;
      this.#put(cutter.push(piece, monotonicMicros()));
      if (isSnapshot && cutter.pictures > 0) break;
    }
    const isWhole = isSnapshot && received === declared && !cutter.inPicture;
    this.#put(cutter.end());
    if (answer.hasEnded || isWhole) this.#client.keep(answer);
    else answer.close();
    return cutter.pictures;
  }

  /** The next piece; nothing at the end, however the connection ends. */
  async #piece(answer: HttpAnswer): Promise<Uint8Array | undefined> {
    try {
      // A camera that sends without a pause is not to keep guests, timers and signals waiting.
      await nextTurn();
      const piece = await answer.content.read();
      this.#look();
      if (!this.#stoodStill) return piece;
      this.#stoodStill = false;
      answer.close();
    } catch (error) {
      if (!this.#end.signal.aborted && !isEnd(error)) throw error;
    }
    return undefined;
  }

  #put(pictures: readonly CutPicture[]): void {
    for (const { atMicros } of pictures) this.#rate.add(atMicros);
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

  #unavailable(why: string): CaptureVideoError {
    return cannotOpen(this.#info.description, why);
  }

  #lost(why: string): CaptureVideoError {
    return cannotRead(this.#info.description, why);
  }
}

/** Whether an error is the connection's end; those of TLS are Node's. */
function isEnd(error: unknown): boolean {
  return isDisconnect(error) || error instanceof Error && "code" in error;
}
