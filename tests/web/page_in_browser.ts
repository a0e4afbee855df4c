/**
 * What a test sees of the viewer's page.
 *
 * @module
 */

/// <reference lib="dom" />

import assert from "node:assert/strict";
import { readFrameNumber, STRIP_CELLS, STRIP_ROWS } from "../support/frame_number.ts";
import type { Page } from "../support/browser.ts";
import { until } from "../support/until.ts";

/** What the page says of a picture that it has drawn. */
export interface Drawn {
  /** The picture's number at the host. */
  readonly sequence: number;
  /** When it was captured, in microseconds of the host's clock. */
  readonly capturedAtMicros: number;
  /** How old it was, as the page says, in milliseconds. */
  readonly ageMs: number | null;
  /** When it was drawn, in milliseconds since 1970. */
  readonly drawnAtMs: number;
  /** How long it had been there by then, in milliseconds. */
  readonly waitedMs: number;
  /** The length of its JPEG. */
  readonly bytes: number;
  /** Its size, in pixels. */
  readonly width: number;
}

/** Waits until the page says that its picture is live. */
export async function live(page: Page): Promise<void> {
  await page.until(
    "a live picture",
    () => document.getElementById("state")?.textContent === "Live",
  );
}

/** The words about the picture. */
export function words(page: Page): Promise<string> {
  return page.run(() => document.getElementById("state")?.textContent ?? "");
}

/** What carries the picture: `websocket`, or `requests`. */
export function carrier(page: Page): Promise<string | undefined> {
  return page.run(() => document.getElementById("picture")?.dataset["over"]);
}

/** What is drawn from now on, for so long. */
export function drawnWithin(page: Page, ms: number): Promise<Drawn[]> {
  return page.run((ms: number) => {
    const drawn: Drawn[] = [];
    const note = (event: Event) => void drawn.push((event as CustomEvent<Drawn>).detail);
    const picture = document.getElementById("picture")!;
    picture.addEventListener("picture", note);
    return new Promise<Drawn[]>((resolve) =>
      setTimeout(() => {
        picture.removeEventListener("picture", note);
        resolve(drawn);
      }, ms)
    );
  }, ms);
}

/**
 * By how much the page is wrong about its pictures' ages, in milliseconds, the least first: the
 * pattern's frame n is captured n / 30 seconds after the clock's zero.
 *
 * @param offsetMs as {@linkcode clockOffsetMs} gives it
 */
export function ageErrorsMs(drawn: readonly Drawn[], offsetMs: number): number[] {
  return drawn.map(({ ageMs, drawnAtMs, capturedAtMicros }) => {
    const n = Math.round(capturedAtMicros * 30 / 1e6);
    return ageMs! - (drawnAtMs + offsetMs - n * 1000 / 30);
  }).sort((a, b) => a - b);
}

/** The number in the canvas's own pixels, as they are now; `undefined` where there is none. */
export async function numberOnCanvas(page: Page): Promise<number | undefined> {
  const strip = await page.run((rows: number) => {
    const picture = document.getElementById("picture") as HTMLCanvasElement;
    const copy = document.createElement("canvas");
    copy.width = picture.width;
    copy.height = rows;
    const context = copy.getContext("2d")!;
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, copy.width, rows);
    // One byte a pixel is enough, and less to carry.
    const grey = Array.from({ length: data.length / 4 }, (_, n) => data[4 * n]!);
    return { width: copy.width, text: String.fromCharCode(...grey) };
  }, STRIP_ROWS / 2);
  const data = Uint8Array.from(strip.text, (character) => character.charCodeAt(0));
  // Black is a valid strip, of number 0, and what is seen where there is nothing.
  return readFrameNumber({ width: strip.width, data, channels: 1 }) || undefined;
}

/**
 * The numbers that the canvas shows, looked at in each of the browser's own frames, for so long.
 */
export async function numbersOnCanvas(page: Page, ms: number): Promise<number[]> {
  const strips = await page.run(
    (ms: number, row: number, cells: number) => {
      const picture = document.getElementById("picture") as HTMLCanvasElement;
      const copy = document.createElement("canvas");
      copy.width = picture.width;
      copy.height = 1;
      const context = copy.getContext("2d", { willReadFrequently: true })!;
      const seen: string[] = [];
      const { promise, resolve } = Promise.withResolvers<string[]>();
      const endMs = performance.now() + ms;
      const look = () => {
        context.drawImage(picture, 0, -row);
        const { data } = context.getImageData(0, 0, copy.width, 1);
        let bits = "";
        for (let cell = 0; cell < cells; cell++) {
          const x = Math.floor((cell + 0.5) * copy.width / cells);
          bits += data[4 * x]! > 127 ? "1" : "0";
        }
        if (bits !== seen.at(-1)) seen.push(bits);
        if (performance.now() < endMs) requestAnimationFrame(look);
        else resolve(seen);
      };
      look();
      return promise;
    },
    ms,
    4,
    STRIP_CELLS,
  );
  // Their CRC says whether they were read right.
  return strips.map(numberOfBits).filter((number) => number !== undefined);
}

/** What is seen of the canvas in a few seconds. */
interface CanvasRate {
  /** By how much the number in its pixels grows in a second. */
  readonly advance: number;
  /** How many different pictures are seen in a second: of two that come together one is. */
  readonly seen: number;
}

/**
 * Looks at the canvas for three seconds, again until the number in its pixels advances by enough:
 * what else the machine does may take some of the first pictures.
 */
async function rateOnCanvas(page: Page, enough: number): Promise<CanvasRate> {
  return await until(`${enough} pictures a second on the canvas`, async () => {
    const numbers = await numbersOnCanvas(page, 3000);
    const wrong = numbers.filter((number, n) => n > 0 && number <= numbers[n - 1]!);
    if (wrong.length > 0) throw new Error(`the numbers do not grow: ${numbers.join()}`);
    const advance = (numbers.at(-1)! - numbers[0]!) / 3;
    const seen = (numbers.length - 1) / 3;
    return advance >= enough && seen >= 0.9 * enough && { advance, seen };
  });
}

/**
 * Makes sure that a page shows the test pattern's 30 pictures a second, 29 at least, and says how
 * old they are within 10 ms of the truth; prints both.
 *
 * @param nowMs this machine's monotonic clock
 */
export async function showsAll(page: Page, nowMs: () => number): Promise<void> {
  const { advance, seen } = await rateOnCanvas(page, 29);
  const offsetMs = await clockOffsetMs(page, nowMs);
  const errorsMs = ageErrorsMs(await drawnWithin(page, 2000), offsetMs);
  const [median, worst] = [errorsMs[errorsMs.length >> 1]!, errorsMs.at(-1)!];
  console.log(
    `      the number grows by ${advance.toFixed(1)} a second, ${
      seen.toFixed(1)
    } pictures are seen; ` +
      `age wrong by ${median.toFixed(1)} ms, by ${worst.toFixed(1)} ms at the most`,
  );
  assert.ok(errorsMs.length > 10 && Math.abs(median) < 10);
}

function numberOfBits(bits: string): number | undefined {
  const rows = 6;
  const width = 4 * STRIP_CELLS;
  const row = [...bits].flatMap((bit) => Array(4).fill(bit === "1" ? 255 : 0));
  const data = Uint8Array.from(Array(rows).fill(row).flat());
  return readFrameNumber({ width, data, channels: 1 });
}

/**
 * What to add to the page's time, in milliseconds since 1970, to get this machine's monotonic
 * clock: known to half the shortest of some round trips.
 */
export async function clockOffsetMs(page: Page, nowMs: () => number): Promise<number> {
  let best = { roundTripMs: Infinity, offsetMs: 0 };
  for (let count = 0; count < 30; count++) {
    const beforeMs = nowMs();
    const theirsMs = await page.run(() => performance.timeOrigin + performance.now());
    const afterMs = nowMs();
    const roundTripMs = afterMs - beforeMs;
    if (roundTripMs >= best.roundTripMs) continue;
    best = { roundTripMs, offsetMs: (beforeMs + afterMs) / 2 - theirsMs };
  }
  return best.offsetMs;
}
