/**
 * Displays without a screen, and a user's hands on the windows there: look, press a key, close.
 *
 * @example
 * ```ts ignore
 * import { pressKey, screenshot, startXvfb, waitForWindow } from "./xvfb.ts";
 *
 * await using xvfb = await startXvfb();
 * // ... start a program with the environment DISPLAY: xvfb.display ...
 * await waitForWindow(xvfb.display, "image");
 * const picture = await screenshot(xvfb.display);
 * await pressKey(xvfb.display, "image", "q");
 * ```
 * @module
 */

import { outputOf } from "./commands.ts";

/** How long a window may take to appear, in ms: a loaded machine is slow. */
const PATIENCE_MS = 30_000;

/** A display of its own; disposing of it ends the server, and with it every window. */
export interface Xvfb extends AsyncDisposable {
  /** For the environment variable `DISPLAY`, such as `:3`. */
  readonly display: string;
  /** Sends the server a signal. */
  signal(signal: Deno.Signal): void;
}

/** What is to be seen on a display. */
export interface Screenshot {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Red, green and blue of each pixel, row by row from the top left. */
  readonly rgb: Uint8Array<ArrayBuffer>;
}

/**
 * Starts a server on a free display, ready for clients when the promise settles.
 *
 * @param size of its screen in pixels, and how many bits each has: `1366x768x24`
 * @param args further ones for Xvfb
 */
export async function startXvfb(size = "1920x1200x24", ...args: string[]): Promise<Xvfb> {
  const process = new Deno.Command("Xvfb", {
    args: ["-displayfd", "1", "-screen", "0", size, "-nolisten", "tcp", "-noreset", ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let ended = false;
  process.status.then(() => ended = true);
  let number = "";
  for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
    number += text;
    if (number.includes("\n")) break;
  }
  if (!/^\d+\n/.test(number)) {
    const { code } = await process.status;
    throw new Error(`Cannot start Xvfb: it ended with ${code} and named no display`);
  }
  return {
    display: `:${number.trim()}`,
    signal: (signal) => process.kill(signal),
    async [Symbol.asyncDispose]() {
      if (!ended) {
        process.kill("SIGCONT");
        process.kill("SIGTERM");
      }
      await process.status;
    },
  };
}

/** Takes a picture of the whole display. */
export async function screenshot(display: string): Promise<Screenshot> {
  return parsePpm(await run(display, "import", ["-window", "root", "-depth", "8", "ppm:-"]));
}

/** How many pixels have exactly this colour: red, green, blue. */
export function countPixels(
  { rgb }: Screenshot,
  [red, green, blue]: readonly [number, number, number],
): number {
  let count = 0;
  for (let at = 0; at < rgb.length; at += 3) {
    if (rgb[at] === red && rgb[at + 1] === green && rgb[at + 2] === blue) count++;
  }
  return count;
}

/** Waits until a window with this title is on the display, and returns its X11 number. */
export async function waitForWindow(display: string, name: string): Promise<string> {
  const pattern = `^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`;
  const output = await run(display, "xdotool", [
    "search",
    "--sync",
    "--onlyvisible",
    "--name",
    pattern,
  ]);
  return new TextDecoder().decode(output).trim().split("\n").at(-1)!;
}

/** Presses and releases a key, named as X11 does (`q`, `Escape`, `space`), in a window. */
export async function pressKey(display: string, windowName: string, key: string): Promise<void> {
  const window = await waitForWindow(display, windowName);
  await run(display, "xdotool", ["key", "--window", window, key]);
}

/** Does what the cross in a window's corner does: asks the program to close it. */
export async function closeWindow(display: string, windowName: string): Promise<void> {
  const window = await waitForWindow(display, windowName);
  const script = new URL("./close_window.ts", import.meta.url).href;
  await run(display, Deno.execPath(), [
    "run",
    "--quiet",
    "--no-config",
    "--allow-ffi",
    script,
    display,
    window,
  ]);
}

/** Runs a program on a display, and returns what it writes on standard output. */
export async function run(
  display: string,
  program: string,
  args: string[],
): Promise<Uint8Array<ArrayBuffer>> {
  return await outputOf(program, args, {
    env: { DISPLAY: display },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
}

/** P6: `P6 <width> <height> 255`, one white space, then the pixels. */
function parsePpm(bytes: Uint8Array<ArrayBuffer>): Screenshot {
  const header = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(
    new TextDecoder("latin1").decode(bytes.subarray(0, 64)),
  );
  if (header === null) throw new Error("Cannot read a screenshot: it is no 8-bit PPM");
  const width = Number(header[1]);
  const height = Number(header[2]);
  const rgb = bytes.subarray(header[0].length);
  if (rgb.length !== width * height * 3) {
    throw new Error(`Cannot read a screenshot: ${rgb.length} bytes are not ${width}x${height}`);
  }
  return { width, height, rgb };
}
