/**
 * The guest's window with several cameras.
 *
 * @module
 */

import type { Picture } from "../guest/picture.ts";
import type { ViewFigures } from "../guest/view_figures.ts";
import { Mat, type Point, type WindowMetrics } from "../opencv/mod.ts";
import { drawCaption } from "./caption.ts";
import { layOut } from "./grid_layout.ts";
import { PictureWindow, type PictureWindowOptions } from "./picture_window.ts";
import { saveSnapshot } from "./snapshot.ts";
import { BACKGROUND, barHeight, Tile, type TileOptions } from "./tile.ts";

/** The size of the window where nothing is enlarged, as far as the screen has room, in pixels. */
const USUAL_SIZE = { width: 1280, height: 720 };
const GAP_PIXELS = 4;

/** How often a tile without fresh pictures is drawn anew, in milliseconds: its clock counts on. */
const REDRAW_EVERY_MS = 250;

/** How soon what the display was too busy for is tried again, in milliseconds. */
const TRY_AGAIN_MS = 5;

/** Options of a {@linkcode Grid}. */
export interface GridOptions extends Pick<PictureWindowOptions, "onClose" | "onLost"> {
  name: string;
  /** The monotonic clock, in microseconds. */
  now: () => number;
  /** An older picture is not live, in milliseconds; 0: each is. */
  maxAgeMs: number;
  /** Whether rate and size stand on the pictures from the start. */
  overlay: boolean;
}

/** Takes one camera's pictures. */
export interface TileViewer {
  readonly figures: ViewFigures;
  readonly shown: number;
  /** Shows the next picture; the one before is given back. */
  offer(picture: Picture): void;
}

/**
 * Shows the pictures that its tiles are offered, each at its place.
 *
 * - Tiles are independent: a picture is drawn and shown without the others.
 * - Time: of pictures that come faster than the display takes them, each tile shows its newest, and
 *   the one that has waited longest is next.
 * - Keys: a digit, an arrow or a click enlarges a tile; Escape, 0 or a click takes it back.
 */
export class Grid implements Disposable {
  readonly #options: GridOptions;
  readonly #window: PictureWindow;
  readonly #tiles: Tile[] = [];
  readonly #canvas = new Mat();
  readonly #redrawing: ReturnType<typeof setInterval>;
  #metrics: WindowMetrics = { ...USUAL_SIZE, scale: 1 };
  #enlarged: Tile | undefined;
  #overlay: boolean;
  #isPaused = false;
  #isClosed = false;
  /** Whether all of the window is to be drawn, and not the tiles alone. */
  #isBlank = true;
  #tryingAgain: ReturnType<typeof setTimeout> | undefined;

  constructor(options: GridOptions) {
    this.#options = options;
    this.#overlay = options.overlay;
    this.#window = new PictureWindow(options.name, {
      onKey: (key) => this.#key(key),
      onClick: (at) => this.#click(at),
      onClose: options.onClose,
      onLost: options.onLost,
    });
    const { scale } = this.#window.metrics ?? this.#metrics;
    this.#window.preferSize({
      width: Math.round(USUAL_SIZE.width * scale),
      height: Math.round(USUAL_SIZE.height * scale),
    });
    this.#redrawing = setInterval(() => this.#redraw(), REDRAW_EVERY_MS);
    this.#arrange();
  }

  /** Adds a camera behind the others; what is returned takes its pictures, unless they are paused. */
  add(name: string, feed: TileOptions["feed"]): TileViewer {
    const { now, maxAgeMs } = this.#options;
    const tile = new Tile({ name, feed, now, maxAgeMs });
    this.#tiles.push(tile);
    this.#arrange();
    return {
      figures: tile.screen.figures,
      get shown() {
        return tile.screen.shown;
      },
      offer: (picture) => this.#offer(tile, picture),
    };
  }

  #offer(tile: Tile, picture: Picture): void {
    if (this.#isPaused || this.#isClosed) return picture.release();
    const hasOtherAspect = tile.take(picture, this.#options.now());
    if (hasOtherAspect) this.#arrange();
    else this.#show();
  }

  /** Closes the window, and gives all pictures back. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    clearInterval(this.#redrawing);
    clearTimeout(this.#tryingAgain);
    this.#window[Symbol.dispose]();
    for (const tile of this.#tiles) tile[Symbol.dispose]();
    this.#canvas.release();
  }

  /** Gives each tile its place, and draws all of the window. */
  #arrange(): void {
    if (this.#isClosed) return;
    const { width, height, scale } = this.#metrics = this.#window.metrics ?? this.#metrics;
    const bar = barHeight(scale);
    const shown = this.#enlarged ? [this.#enlarged] : this.#tiles;
    const gap = Math.round(GAP_PIXELS * scale);
    const places = layOut(shown.map(({ aspect }) => aspect), { width, height, bar, gap });
    for (const tile of this.#tiles) tile.moveTo(places[shown.indexOf(tile)], bar);
    this.#isBlank = true;
    this.#show();
  }

  /** Draws what is due, as far as the display takes it. */
  #show(): void {
    clearTimeout(this.#tryingAgain);
    if (this.#isClosed) return;
    const { width, height } = this.#window.metrics ?? this.#metrics;
    const isResized = width !== this.#metrics.width || height !== this.#metrics.height;
    if (isResized) return this.#arrange();
    const isDone = this.#isBlank ? this.#showAll() : this.#showDue();
    if (isDone) return;
    this.#tryingAgain = setTimeout(() => this.#show(), TRY_AGAIN_MS);
  }

  /** Draws all of the window; whether the display took it. */
  #showAll(): boolean {
    const { width, height, scale } = this.#metrics;
    const before = this.#options.now();
    this.#canvas.create(height, width);
    this.#canvas.setTo(BACKGROUND);
    const shown = this.#tiles.filter(({ place }) => place);
    for (const tile of shown) {
      const { x, y, width: across, height: down } = tile.place!;
      // A window can be too small for its tiles.
      if (x + across > width || y + down > height) continue;
      tile.draw(before, this.#lookOf(tile)).placeIn(this.#canvas, tile.place!);
    }
    if (shown.length === 0) {
      const within = { x: 0, y: 0, width, height: Math.round(360 * scale) };
      drawCaption(this.#canvas, ["looking for cameras"], { place: "middle", within });
    }
    if (!this.#window.showAt(this.#canvas, { x: 0, y: 0 })) return false;
    this.#isBlank = false;
    const after = this.#options.now();
    for (const tile of shown) tile.onScreen(after);
    return true;
  }

  /** Draws the tiles that have something new, those first that wait longest. */
  #showDue(): boolean {
    const due = this.#tiles.filter(({ place, isDue }) => place && isDue)
      .sort((one, other) => one.drawnAtMicros - other.drawnAtMicros);
    for (const tile of due) {
      const drawn = tile.draw(this.#options.now(), this.#lookOf(tile));
      if (!this.#window.showAt(drawn, tile.place!)) return false;
      tile.onScreen(this.#options.now());
    }
    return true;
  }

  #lookOf(tile: Tile) {
    return {
      number: this.#tiles.indexOf(tile) + 1,
      scale: this.#metrics.scale,
      isPaused: this.#isPaused,
      hasFacts: this.#overlay,
    };
  }

  /** Draws again what does not change by new pictures: states, growing ages, the window's size. */
  #redraw(): void {
    const now = this.#options.now();
    for (const tile of this.#tiles) {
      if (now - tile.drawnAtMicros > REDRAW_EVERY_MS * 1000) tile.isDue = true;
    }
    this.#show();
  }

  #key(key: string): boolean {
    if (key === "f") this.#window.toggleFullscreen();
    if (key === "i") this.#overlay = !this.#overlay;
    if (key === " ") this.#isPaused = !this.#isPaused;
    if (key === "s") this.#saveShown();
    if (key === "0") this.#enlarge(undefined);
    if (/^[1-9]$/.test(key)) this.#enlarge(this.#tiles[Number(key) - 1] ?? this.#enlarged);
    if (key === "Right" || key === "Down") this.#enlargeNext(1);
    if (key === "Left" || key === "Up") this.#enlargeNext(-1);
    const goesBack = key === "Escape" && this.#enlarged !== undefined;
    if (goesBack) this.#enlarge(undefined);
    else if (key !== "Escape") this.#arrange();
    return goesBack;
  }

  #click({ x, y }: Point): void {
    if (this.#enlarged) return this.#enlarge(undefined);
    const isHit = ({ place }: Tile) =>
      place && x >= place.x && x < place.x + place.width && y >= place.y &&
      y < place.y + place.height;
    this.#enlarge(this.#tiles.find(isHit));
  }

  #enlargeNext(step: 1 | -1): void {
    const { length } = this.#tiles;
    const from = this.#enlarged ? this.#tiles.indexOf(this.#enlarged) : step === 1 ? -1 : length;
    this.#enlarge(this.#tiles[(from + step + length) % length]);
  }

  #enlarge(tile: Tile | undefined): void {
    this.#enlarged = tile;
    this.#arrange();
  }

  #saveShown(): void {
    for (const { screen: { picture }, place, name } of this.#tiles) {
      if (picture && place) void saveSnapshot(picture, name);
    }
  }
}
