/**
 * A screen for the windows under measurement: an Xvfb whose pixels lie in shared memory.
 *
 * @module
 */

import { Program } from "./program.ts";
import { waitFor } from "./wait.ts";

/** Holds a 1080p window with a toolbar and a status bar. */
const GEOMETRY = "2240x1400x24";

/** A running X server without a monitor. */
export class Screen implements AsyncDisposable {
  readonly #server: Program;

  private constructor(server: Program) {
    this.#server = server;
  }

  /** Starts it on the first free display number. */
  static async open(): Promise<Screen> {
    const server = Program.start([
      ...["Xvfb", "-displayfd", "1", "-screen", "0", GEOMETRY, "-shmem", "-nolisten", "tcp"],
    ]);
    const screen = new Screen(server);
    await waitFor("the X server", () => {
      server.assertRunning();
      return server.outputLines.length > 0 && screen.#segmentLine !== undefined;
    });
    // Marked for removal, the segment can still be attached to, and goes when the last one lets go.
    await Program.start(["ipcrm", "--shmem-id", screen.segment]).output();
    return screen;
  }

  /** The value of `DISPLAY` for programs that shall show here. */
  get display(): string {
    return `:${this.#server.outputLines[0]}`;
  }

  /** The number of the shared memory segment with the pixels. */
  get segment(): string {
    return /\d+$/.exec(this.#segmentLine ?? "")?.[0] ?? "";
  }

  get #segmentLine(): string | undefined {
    return this.#server.errorLines.find((line) => line.startsWith("screen 0 shmid "));
  }

  /** Stops the server. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.stop();
  }
}
