/**
 * The received JPEGs, written one after another as they came.
 *
 * @module
 */

import { describeError } from "../cli/error_text.ts";
import { CaptureVideoError } from "../errors.ts";

/** A file or standard output that takes JPEGs. Whoever writes waits until all bytes are taken. */
export class JpegOutput implements AsyncDisposable {
  readonly #target: string;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #failed = false;

  private constructor(target = "", stream?: WritableStream<Uint8Array>) {
    this.#target = target;
    this.#writer = stream?.getWriter();
  }

  /**
   * Opens the output.
   *
   * @param target a path, whose file is replaced; `-` for standard output; `undefined` for nowhere
   * @throws {CaptureVideoError} `output`, when the file cannot be made
   */
  static async open(target: string | undefined): Promise<JpegOutput> {
    if (target === undefined) return new JpegOutput();
    if (target === "-") return new JpegOutput("to standard output", Deno.stdout.writable);
    const options = { write: true, create: true, truncate: true };
    const { writable } = await Deno.open(target, options).catch((error) => refuse(target, error));
    return new JpegOutput(target, writable);
  }

  /**
   * Writes one JPEG.
   *
   * @throws {CaptureVideoError} `output`, when the disk is full or nobody reads any more
   */
  async write(jpeg: Uint8Array): Promise<void> {
    await this.#writer?.write(jpeg).catch((error) => {
      this.#failed = true;
      refuse(this.#target, error);
    });
  }

  /** Closes the file; where a write has failed, that was the last word on it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#failed) await this.#writer?.close();
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
