/**
 * The guest's window: the newest picture, and the truth about how old it is.
 *
 * @module
 */

import { describeError } from "../text/error_text.ts";
import { log } from "../cli/log.ts";
import { Mat } from "../opencv/mod.ts";
import type { CaptureVideoError } from "../flow/errors.ts";
import { PictureWindow } from "./picture_window.ts";
import { Samples } from "../flow/samples.ts";
import { drawCaption } from "./caption.ts";
import type { LinkState, Picture, PictureFeed } from "../guest/picture.ts";

/** How often a window without fresh pictures is drawn anew, in milliseconds: its clock counts on. */
const REDRAW_EVERY_MS = 250;

/** The size of the window before the first picture, in pixels. */
const BLANK = { rows: 360, cols: 640 };

/** Options of a {@linkcode Viewer}. */
export interface ViewerOptions {
  /** The window's name. */
  name: string;
  /** Where the pictures come from. */
  feed: Pick<PictureFeed, "link" | "next">;
  /** The monotonic clock, in microseconds. */
  now: () => number;
  /** Whether age, rate and size stand on the picture from the start. */
  overlay: boolean;
  /** An older picture is marked as not live, in milliseconds; 0 marks none. */
  maxAgeMs: number;
  /** Called when the user wants to end. */
  onClose: () => void;
  /** Called when the display went away, and the window with it. */
  onLost: (error: CaptureVideoError) => void;
}

/**
 * Shows pictures until there are no more.
 *
 * - Ownership: it keeps the picture that is on screen, and gives it back when the next is.
 * - Time: an age is taken when the picture is on screen.
 * - Truth: a picture that is lost, or older than allowed, is greyed, with the reason and its age; so
 *   is one of unknown age, where the host tells the time.
 */
export class Viewer implements Disposable {
  /** The age of each picture just before it was shown, in milliseconds. */
  readonly handOverAgeMs = new Samples();
  /** The age of each picture when it was on screen, in milliseconds. */
  readonly ageMs = new Samples();

  readonly #options: ViewerOptions;
  readonly #window: PictureWindow;
  readonly #canvas = new Mat();
  readonly #redrawing: ReturnType<typeof setInterval>;
  #current: Picture | undefined;
  #shownAtMicros = 0;
  #intervalMicros = 0;
  #shown = 0;
  #stale = 0;
  #overlay: boolean;
  #paused = false;
  #closed = false;

  /** @param options the window and where its pictures come from */
  constructor(options: ViewerOptions) {
    this.#options = options;
    this.#overlay = options.overlay;
    this.#window = new PictureWindow(options.name, {
      onKey: (key) => this.#key(key),
      onClose: options.onClose,
      onLost: options.onLost,
    });
    this.#redrawing = setInterval(() => this.#redraw(), REDRAW_EVERY_MS);
    this.#redraw();
  }

  /** How many pictures were shown. */
  get shown(): number {
    return this.#shown;
  }

  /** How many of them were older than allowed, and marked so. */
  get stale(): number {
    return this.#stale;
  }

  /** How old the picture on screen is now, in milliseconds; `undefined` where nobody knows. */
  get pictureAgeMs(): number | undefined {
    const ageMs = this.#ageMs(this.#options.now());
    return ageMs === Infinity ? undefined : ageMs;
  }

  /** Shows pictures until the feed ends. */
  async run(): Promise<void> {
    const { feed } = this.#options;
    for (let next = await feed.next(); next; next = await feed.next()) {
      if (this.#paused || this.#closed) next.release();
      else this.#show(next);
    }
  }

  /** Closes the window. */
  [Symbol.dispose](): void {
    this.#closed = true;
    clearInterval(this.#redrawing);
    this.#window[Symbol.dispose]();
    this.#current?.release();
    this.#current = undefined;
    this.#canvas.release();
  }

  #show(picture: Picture): void {
    const before = this.#options.now();
    this.#current?.release();
    this.#current = picture;
    const shownBeforeMicros = this.#shownAtMicros;
    // What stands on it is drawn by this time.
    this.#shownAtMicros = before;
    this.#draw(before);
    const after = this.#options.now();
    // The mean over about ten pictures: steady enough to be read.
    this.#intervalMicros += (after - shownBeforeMicros - this.#intervalMicros) / 10;
    this.#shownAtMicros = after;
    this.#shown++;
    if (picture.capturedAtMicros === undefined) return;
    const handOverAgeMs = (before - picture.capturedAtMicros) / 1000;
    if (this.#isTooOld(handOverAgeMs)) this.#stale++;
    if (handOverAgeMs === Infinity) return;
    this.handOverAgeMs.add(handOverAgeMs);
    this.ageMs.add((after - picture.capturedAtMicros) / 1000);
  }

  /** Draws again what does not change by new pictures: the link's state, and a growing age. */
  #redraw(): void {
    const now = this.#options.now();
    if (now - this.#shownAtMicros > REDRAW_EVERY_MS * 1000) this.#draw(now);
  }

  #draw(nowMicros: number): void {
    const picture = this.#current;
    const warning = this.#warning(nowMicros);
    if (!picture) {
      this.#canvas.create(BLANK.rows, BLANK.cols);
      this.#canvas.setTo([48, 48, 48]);
    } else if (warning) picture.mat.dimTo(this.#canvas);
    else if (this.#overlay) picture.mat.copyTo(this.#canvas);
    else return this.#window.show(picture.mat);

    if (warning) drawCaption(this.#canvas, warning, { place: "middle" });
    if (picture && this.#overlay) {
      drawCaption(this.#canvas, [this.#facts(picture, nowMicros)], { place: "corner" });
    }
    this.#window.show(this.#canvas, { placeholder: !picture });
  }

  /** What is wrong with the picture on screen, in lines; `undefined` when it is live. */
  #warning(nowMicros: number): string[] | undefined {
    const link: LinkState = this.#options.feed.link;
    const ageMs = this.#ageMs(nowMicros);
    const since = ageMs === undefined ? [] : [describeAge(ageMs)];
    if (this.#paused) return ["paused", ...since];
    if (link.state === "lost") return [...splitLine(link.why), ...since];
    if (!this.#current) return splitLine(link.why || "waiting for a picture");
    return this.#isTooOld(ageMs) ? ["not live", ...since] : undefined;
  }

  #isTooOld(ageMs: number | undefined): boolean {
    const { maxAgeMs } = this.#options;
    return maxAgeMs > 0 && ageMs !== undefined && ageMs > maxAgeMs;
  }

  #facts(picture: Picture, nowMicros: number): string {
    const ageMs = this.#ageMs(nowMicros);
    const fps = this.#intervalMicros > 0 ? 1e6 / this.#intervalMicros : 0;
    return [
      ageMs === undefined || ageMs === Infinity ? "age unknown" : `age ${formatAge(ageMs)}`,
      `${fps.toFixed(1)} frames/s`,
      `${picture.mat.cols}x${picture.mat.rows}`,
      `${(picture.jpegBytes / 1000).toFixed(0)} kB`,
    ].join("  ");
  }

  /**
   * The age of the picture on screen, infinite where it is unknown; where the host tells no time,
   * since it was shown.
   */
  #ageMs(nowMicros: number): number | undefined {
    const picture = this.#current;
    if (!picture) return undefined;
    if (picture.capturedAtMicros !== undefined) {
      return (nowMicros - picture.capturedAtMicros) / 1000;
    }
    return nowMicros - this.#shownAtMicros > 1e6
      ? (nowMicros - this.#shownAtMicros) / 1000
      : undefined;
  }

  #key(key: string): void {
    if (key === "f") this.#window.toggleFullscreen();
    if (key === "i") this.#overlay = !this.#overlay;
    if (key === " ") this.#paused = !this.#paused;
    if (key === "s" && this.#current) void saveSnapshot(this.#current);
    this.#draw(this.#options.now());
  }
}

/** Writes the JPEG as it came, into the working directory. */
async function saveSnapshot(picture: Picture): Promise<void> {
  const path = `capturevideo-${new Date().toISOString().replaceAll(":", "-")}.jpg`;
  try {
    await Deno.writeFile(path, await picture.jpeg());
    log.info(`saved ${path}`);
  } catch (error) {
    log.warn(describeError(error, `save ${path}`).line);
  }
}

function describeAge(ms: number): string {
  return ms === Infinity ? "its age is unknown" : `picture is ${formatAge(ms)} old`;
}

function formatAge(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** A long reason in lines that fit a small picture. */
function splitLine(text: string): string[] {
  return text.match(/.{1,48}(?:\s|$)|\S+/g)?.map((line) => line.trim()) ?? [text];
}
