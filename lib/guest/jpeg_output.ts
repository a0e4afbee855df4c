/**
 * The received JPEGs, written one after another as they came.
 *
 * @module
 */

import { writeAll } from "../byte_connection.ts";
import { describeError } from "../cli/error_text.ts";
import { CaptureVideoError } from "../errors.ts";
import { Turns } from "../turns.ts";

/**
 * A file or standard output that takes JPEGs.
 *
 * - Order: one JPEG after the other, also where two are written at once.
 * - Pace: whoever writes waits until all bytes are taken. (The `writable` of a `Deno.FsFile` says
 *   so before they are, so it is not used.)
 */
export class JpegOutput implements Disposable {
  readonly #target: string;
  readonly #file: Pick<Deno.FsFile, "write" | "close"> | undefined;
  readonly #turns = new Turns();

  private constructor(target = "", file?: Pick<Deno.FsFile, "write" | "close">) {
    this.#target = target;
    this.#file = file;
  }

  /**
   * Opens the output.
   *
   * @param target a path, whose file is replaced; `-` for standard output; `undefined` for nowhere
   * @throws {CaptureVideoError} `output`, when the file cannot be made
   */
  static async open(target: string | undefined): Promise<JpegOutput> {
    if (target === undefined) return new JpegOutput();
    if (target === "-") return new JpegOutput("to standard output", Deno.stdout);
    const options = { write: true, create: true, truncate: true };
    const file = await Deno.open(target, options).catch((error) => refuse(target, error));
    return new JpegOutput(target, file);
  }

  /**
   * Writes one JPEG.
   *
   * @throws {CaptureVideoError} `output`, when the disk is full or nobody reads any more
   */
  async write(jpeg: Uint8Array): Promise<void> {
    const file = this.#file;
    if (!file) return;
    await this.#turns.take(() => writeAll(file, jpeg)).catch((error) =>
      refuse(this.#target, error)
    );
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file?.close();
  }
}

function refuse(target: string, error: unknown): never {
  if (error instanceof Deno.errors.NotCapable) {
    throw new CaptureVideoError(
      "output",
      `Cannot write ${target}: the guest may write below its working directory only; ` +
        "with --output - the shell can write anywhere",
      { cause: error },
    );
  }
  const { line, expected } = describeError(error, `write ${target}`);
  throw expected ? new CaptureVideoError("output", line, { cause: error }) : error;
}
