/**
 * The received JPEGs, written one after another as they came.
 *
 * @module
 */

import { fstatSync } from "node:fs";
import { BackgroundWriter, type WriteTarget } from "../flow/background_writer.ts";
import { describeError } from "../text/error_text.ts";
import { CaptureVideoError } from "../flow/errors.ts";

/** How much may wait to be written, in bytes: half a minute of pictures, or a disk that is asleep. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/**
 * How long a picture may wait for whoever reads a pipe, in milliseconds: enough for one that is busy
 * for a moment, and one that shows them and cannot keep up shows none that is older.
 */
const MAX_WAIT_MS = 2000;

/** How long what waits may take to be written at the end, in milliseconds. */
const LAST_WRITES_MS = 400;

/** Its number among the open files. */
const STDOUT = 1;

/** Options of a {@linkcode JpegOutput}. */
export interface JpegOutputOptions {
  /** Whether a file that is there is replaced; default: no. */
  overwrite?: boolean;
  /** Called, in words for people, with pictures that were left out. */
  onOmitted?: (message: string) => void;
}

/** A target that can be closed as well. */
type OpenTarget = WriteTarget & Pick<Deno.FsFile, "close">;

/**
 * A file, a FIFO or standard output that takes JPEGs.
 *
 * - Order: one JPEG after the other.
 * - Pace: nobody waits. What a file does not take at once waits, up to 64 MiB; a pipe's picture
 *   waits for two seconds. Beyond that the oldest is left out.
 * - Whole: a JPEG is written whole or not at all, unless the end, or a full disk, cuts the last one.
 */
export class JpegOutput {
  readonly #target: string | undefined;
  readonly #options: JpegOutputOptions;
  #file: Promise<OpenTarget> | undefined;
  #writer: BackgroundWriter | undefined;
  #failure: { error: unknown } | undefined;
  #put = 0;
  #saidOmitted = 0;

  /** @param target a path; `-` for standard output; `undefined` for nowhere */
  constructor(target: string | undefined, options: JpegOutputOptions = {}) {
    this.#target = target;
    this.#options = options;
  }

  get omitted(): number {
    return this.#writer?.omitted ?? 0;
  }

  /**
   * Opens the output. A FIFO or a device may take its time, and is not waited for.
   *
   * @throws {CaptureVideoError} `output`, when the file cannot be made
   */
  async open(): Promise<void> {
    if (this.#target === undefined) return;
    const { file, isPatient } = await openTarget(this.#target, this.#options)
      .catch((error) => this.#refuse(error));
    this.#file = file;
    this.#writer = new BackgroundWriter({
      target: file,
      maxBytes: MAX_WAITING_BYTES,
      maxWaitMs: isPatient ? Infinity : MAX_WAIT_MS,
      onFailure: (error) => this.#failure ??= { error },
      endsWithFailure: true,
    });
  }

  /**
   * Takes one JPEG.
   *
   * @throws {CaptureVideoError} `output`, when the disk is full or nobody reads any more
   */
  offer({ jpeg }: { jpeg: Uint8Array }): void {
    if (!this.#writer) return;
    if (this.#failure) this.#refuse(this.#failure.error);
    this.#put++;
    this.#writer.put(jpeg);
    this.#sayOmitted();
  }

  /**
   * Writes what waits, as far as that is quick, and closes the output.
   *
   * @throws {CaptureVideoError} `output`, when that fails
   */
  async close(): Promise<void> {
    await this.#writer?.finish(LAST_WRITES_MS);
    if (!this.#failure) this.#sayOmitted();
    // Whether it could be opened has been seen; what is not open yet is not waited for.
    void this.#file?.then((file) => file.close(), () => {});
    if (this.#failure) this.#refuse(this.#failure.error);
  }

  #sayOmitted(): void {
    if (this.omitted === this.#saidOmitted) return;
    this.#saidOmitted = this.omitted;
    const where = this.#target === "-" ? this.#name : `to ${this.#name}`;
    this.#options.onOmitted?.(
      `Cannot write all pictures ${where}: ${this.omitted} of ${this.#put} were left out, ` +
        "as they were not taken in time",
    );
  }

  get #name(): string {
    return this.#target === "-" ? "to standard output" : `${this.#target}`;
  }

  #refuse(error: unknown): never {
    const { line, expected } = describeError(error, `write ${this.#name}`);
    if (!expected) throw error;
    const isThere = error instanceof Deno.errors.AlreadyExists;
    const message = isThere ? `${line}; --overwrite replaces it` : line;
    throw new CaptureVideoError("output", message, { cause: error });
  }
}

/** Opens the target; `isPatient` where its pictures may wait: a file is not watched live. */
async function openTarget(
  target: string,
  { overwrite = false }: JpegOutputOptions,
): Promise<{ file: Promise<OpenTarget>; isPatient: boolean }> {
  if (target === "-") {
    return { file: Promise.resolve(Deno.stdout), isPatient: fstatSync(STDOUT).isFile() };
  }
  const there = await Deno.stat(target).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  if (there?.isDirectory) throw new Deno.errors.IsADirectory(target);
  if (there && !there.isFile) {
    return { file: Deno.open(target, { write: true }), isPatient: false };
  }
  const file = await Deno.open(
    target,
    overwrite ? { write: true, create: true, truncate: true } : { write: true, createNew: true },
  );
  return { file: Promise.resolve(file), isPatient: true };
}
