/**
 * One camera's place in a grid.
 *
 * @module
 */

import type { LinkState, Picture, PictureFeed } from "../guest/picture.ts";
import { type Color, getTextSize, Mat, type Rectangle } from "../opencv/mod.ts";
import { drawCaption } from "./caption.ts";
import { fit, pictureRoom } from "./grid_layout.ts";
import { ShownPicture, type ShownPictureOptions } from "./shown_picture.ts";

/** The colour beside the pictures. */
export const BACKGROUND: Color = [24, 24, 24];
const BAR: Color = [48, 48, 48];
const LIVE: Color = [255, 255, 255];
const NOT_LIVE: Color = [128, 176, 255];

/** What a picture is taken to be like before there is one. */
const USUAL_ASPECT = 16 / 9;

/** What a camera is asked for whose tile is hidden: the smallest pictures that it sends. */
const LEAST = { width: 1, height: 1 };

/** So high is the bar, and the letters in it, where nothing is enlarged. */
const BAR_PIXELS = 22;
const FONT_SCALE = 0.45;

/** Options of a {@linkcode Tile}. */
export interface TileOptions extends ShownPictureOptions {
  /** What the camera is called, for people. */
  name: string;
  feed: Pick<PictureFeed, "show"> & { readonly link: LinkState };
}

/** How a tile is to look now. */
export interface TileLook {
  readonly number: number;
  /** By how much letters are enlarged. */
  readonly scale: number;
  readonly isPaused: boolean;
  /** Whether rate and size stand on the picture. */
  readonly hasFacts: boolean;
}

/** How high the bar with the name is, in pixels. */
export function barHeight(scale: number): number {
  return Math.round(BAR_PIXELS * scale);
}

/**
 * A camera's newest picture, below its name, state and age.
 *
 * - Ownership, time, truth: see {@linkcode ShownPicture}; what is not live is greyed, with the reason.
 * - Size: the camera is asked for no more than is shown.
 */
export class Tile implements Disposable {
  readonly name: string;
  readonly #options: TileOptions;
  /** What is known of its newest picture. */
  readonly screen: ShownPicture;
  readonly #canvas = new Mat();
  readonly #greyed = new Mat();
  #place: Rectangle | undefined;
  #asked = "";
  #aspect = USUAL_ASPECT;
  /** Whether its picture has yet to be shown. */
  #isNew = false;
  drawnAtMicros = -Infinity;
  /** Whether there is something new to be drawn. */
  isDue = true;

  constructor(options: TileOptions) {
    this.name = options.name;
    this.#options = options;
    this.screen = new ShownPicture(options);
  }

  /** Width by height of its picture. */
  get aspect(): number {
    return this.#aspect;
  }

  /** Where it is in the window; `undefined` while another one has it all. */
  get place(): Rectangle | undefined {
    return this.#place;
  }

  /** Gives it a place, with a bar of that height, or none; its pictures are then to be as large. */
  moveTo(place: Rectangle | undefined, bar: number): void {
    this.#place = place;
    this.isDue = true;
    const { width, height } = place ? pictureRoom(place, bar) : LEAST;
    const asked = `${width}x${height}`;
    if (asked !== this.#asked) this.#options.feed.show({ width, height });
    this.#asked = asked;
  }

  /** Takes the next picture; whether it has another aspect than the one before. */
  take(picture: Picture, nowMicros: number): boolean {
    this.screen.take(picture, nowMicros);
    this.isDue = this.#isNew = true;
    const aspect = picture.mat.cols / picture.mat.rows;
    // Halves of odd sizes differ a little, and what is not shown may be very small.
    const differs = this.#place !== undefined && Math.abs(aspect / this.#aspect - 1) > 0.02;
    if (differs) this.#aspect = aspect;
    return differs;
  }

  /** Notes that it is on screen as it was drawn last. */
  onScreen(nowMicros: number): void {
    this.isDue = false;
    this.drawnAtMicros = nowMicros;
    if (this.#isNew) this.screen.onScreen(nowMicros);
    this.#isNew = false;
  }

  /** Draws it as large as its place; what is returned is lent until the next call. */
  draw(nowMicros: number, look: TileLook): Mat {
    const { width, height } = this.#place!;
    const { picture } = this.screen;
    const warning = this.screen.warning(nowMicros, look.isPaused);
    const canvas = this.#canvas;
    canvas.create(height, width);
    canvas.setTo(BACKGROUND);
    const room = pictureRoom({ x: 0, y: 0, width, height }, barHeight(look.scale));
    // A window can be too small for its tiles.
    if (picture && room.y + room.height <= height) {
      const { cols, rows } = picture.mat;
      if (warning) picture.mat.dimTo(this.#greyed);
      const shown = warning ? this.#greyed : picture.mat;
      const within = fit({ width: cols, height: rows }, room);
      shown.placeIn(canvas, within);
      if (look.hasFacts && !warning) {
        drawCaption(canvas, [this.screen.facts()], { place: "corner", within });
      }
    }
    if (warning) drawCaption(canvas, warning, { place: "middle", within: room });
    this.#drawBar(look, warning ? this.#stateOf(look) : this.screen.age(nowMicros), !warning);
    return canvas;
  }

  /** Gives the picture back. */
  [Symbol.dispose](): void {
    this.screen[Symbol.dispose]();
    this.#canvas.release();
    this.#greyed.release();
  }

  #stateOf({ isPaused }: TileLook): string {
    const { state } = this.#options.feed.link;
    return isPaused ? "paused" : state === "live" ? "not live" : state;
  }

  /** Number and name on the left, age or state on the right. */
  #drawBar({ number, scale }: TileLook, state: string, isLive: boolean): void {
    const width = this.#canvas.cols;
    const height = barHeight(scale);
    const font = { fontScale: FONT_SCALE * scale, thickness: Math.max(1, Math.round(scale)) };
    const color = isLive ? LIVE : NOT_LIVE;
    const margin = Math.round(height / 4);
    const y = height - Math.round(height / 3);
    this.#canvas.drawRectangle({ x: 0, y: 0 }, { x: width, y: height - 1 }, BAR);
    this.#canvas.putText(`${number}  ${this.name}`, { x: margin, y }, { ...font, color });
    // A name that is too long ends where the state begins.
    const left = width - getTextSize(state, font).width - 2 * margin;
    this.#canvas.drawRectangle({ x: left, y: 0 }, { x: width, y: height - 1 }, BAR);
    this.#canvas.putText(state, { x: left + margin, y }, { ...font, color });
  }
}
