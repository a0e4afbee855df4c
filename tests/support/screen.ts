/**
 * A display with one of the project's windows on it, as a user sees it.
 *
 * @example
 * ```ts ignore
 * import { Screen } from "./screen.ts";
 *
 * await using screen = await Screen.start({ width: 640, height: 360 });
 * // ... start a program with the environment `screen.env` ...
 * await screen.advances();
 * await screen.press("image", "q");
 * ```
 * @module
 */

import { readFrameNumber, STRIP_ROWS } from "./frame_number.ts";
import { until } from "./until.ts";
import {
  closeWindow,
  pressKey,
  run,
  type Screenshot,
  screenshot,
  startXvfb,
  waitForWindow,
  type Xvfb,
} from "./xvfb.ts";

/** A colour: red, green, blue. */
export type Rgb = readonly [number, number, number];

/** The size of the picture in the window, in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Where a picture begins on a display, and how wide it is, in pixels. */
export interface PicturePlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/**
 * A display.
 *
 * - Place: a window stands in the top left corner, unless there is a window manager.
 */
export class Screen implements AsyncDisposable {
  readonly #xvfb: Xvfb;
  readonly #picture: PictureSize;

  private constructor(xvfb: Xvfb, picture: PictureSize) {
    this.#xvfb = xvfb;
    this.#picture = picture;
  }

  /**
   * Starts a display for windows that show pictures of this size.
   *
   * @param display its own size and more, as `startXvfb` takes them
   */
  static async start(picture: PictureSize, ...display: string[]): Promise<Screen> {
    return new Screen(await startXvfb(...display), picture);
  }

  /** For a program whose window is to be here. */
  get env(): Record<string, string> {
    return { DISPLAY: this.#xvfb.display };
  }

  /** Waits until a number is to be seen that is greater than `after`. */
  async advances(after = -1): Promise<number> {
    return await until(`a picture after ${after}`, async () => {
      const number = await this.number();
      return number !== undefined && number > after && number;
    });
  }

  /** The number on the picture; `undefined` where there is no picture. */
  async number(): Promise<number | undefined> {
    const [number] = await this.numbersAt([{ x: 0, y: 0, width: this.#picture.width }]);
    return number;
  }

  /** The numbers on pictures at these places, all seen at one time. */
  async numbersAt(places: readonly PicturePlace[]): Promise<(number | undefined)[]> {
    const shot = await screenshot(this.#xvfb.display);
    return places.map((place) => numberIn(shot, place));
  }

  /** Waits until the pixel at `x`, `y` has a colour of which `condition` holds. */
  async pixel(
    { x, y }: { x: number; y: number },
    what: string,
    condition: (color: Rgb) => boolean,
  ): Promise<void> {
    await until(`${what} at ${x}, ${y}`, async () => {
      const shot = await screenshot(this.#xvfb.display);
      return condition(colorAt(shot, x, y));
    });
  }

  /** Presses and releases a key, named as X11 does (`q`, `Escape`, `space`), in a window. */
  press(windowName: string, key: string): Promise<void> {
    return pressKey(this.#xvfb.display, windowName, key);
  }

  /** Clicks at a place in a window, from its top left corner. */
  async click(windowName: string, { x, y }: { x: number; y: number }): Promise<void> {
    const window = await waitForWindow(this.#xvfb.display, windowName);
    const place = [x, y].map((pixels) => String(Math.round(pixels)));
    await this.run("xdotool", ["mousemove", "--window", window, ...place, "click", "1"]);
  }

  /** Does what the cross in a window's corner does. */
  close(windowName: string): Promise<void> {
    return closeWindow(this.#xvfb.display, windowName);
  }

  /** Starts a window manager: without one, nobody answers a window that wants the whole screen. */
  async manage(): Promise<AsyncDisposable> {
    const manager = new Deno.Command("evilwm", {
      args: ["-fn", "fixed"],
      env: this.env,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    await until("a window manager", async () => {
      const { stdout } = await new Deno.Command("xprop", {
        args: ["-root", "_NET_SUPPORTING_WM_CHECK"],
        env: this.env,
      }).output();
      return new TextDecoder().decode(stdout).includes("window id");
    });
    return {
      async [Symbol.asyncDispose]() {
        manager.kill("SIGTERM");
        await manager.status;
      },
    };
  }

  /** Presses and releases a key as a hand does, wherever that goes: by its name or number. */
  async strike(key: string | number): Promise<void> {
    await this.run("xdotool", ["key", String(key)]);
  }

  /** Runs a program with this display, and returns what it writes on standard output. */
  async run(program: string, args: string[]): Promise<string> {
    return new TextDecoder().decode(await run(this.#xvfb.display, program, args));
  }

  /** Gives a window another size, as dragging its corner does. */
  async resize(windowName: string, { width, height }: PictureSize): Promise<void> {
    const window = await waitForWindow(this.#xvfb.display, windowName);
    await this.run("xdotool", ["windowsize", window, String(width), String(height)]);
  }

  /** Where a window is and how large, without its frame: `1280x720+0+0`. */
  async place(windowName: string): Promise<string> {
    const window = await waitForWindow(this.#xvfb.display, windowName);
    const text = await this.run("xdotool", ["getwindowgeometry", "--shell", window]);
    const number = (name: string) => new RegExp(`^${name}=(-?\\d+)$`, "m").exec(text)?.[1];
    return `${number("WIDTH")}x${number("HEIGHT")}+${number("X")}+${number("Y")}`;
  }

  /** Sends the display itself a signal: `SIGKILL` is what a crash looks like to programs. */
  signal(signal: Deno.Signal): void {
    this.#xvfb.signal(signal);
  }

  /** Waits until there is a window of this name. */
  async window(name: string): Promise<void> {
    await waitForWindow(this.#xvfb.display, name);
  }

  /** Ends the display. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#xvfb[Symbol.asyncDispose]();
  }
}

function numberIn(shot: Screenshot, { x, y, width }: PicturePlace): number | undefined {
  const data = new Uint8Array(STRIP_ROWS * width * 3);
  for (let row = 0; row < STRIP_ROWS; row++) {
    const start = ((y + row) * shot.width + x) * 3;
    data.set(shot.rgb.subarray(start, start + width * 3), row * width * 3);
  }
  // A greyed picture is half as bright.
  const number = readFrameNumber({
    width,
    data: data.map((value) => Math.min(255, 2 * value)),
    channels: 3,
  });
  // Black is a valid strip, of number 0, and what is seen where there is nothing.
  return number === 0 ? undefined : number;
}

function colorAt({ rgb, width }: Screenshot, x: number, y: number): Rgb {
  const at = (y * width + x) * 3;
  return [rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0];
}
