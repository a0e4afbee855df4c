/**
 * What a program tells its user while it runs: a line each, on standard error.
 *
 * @example
 * ```ts
 * import { log } from "./log.ts";
 *
 * log.program = "host";
 * log.info("listening on 127.0.0.1:65432");
 * ```
 * @module
 */

import { withoutPassword } from "../passwords.ts";

/** Longer lines are cut: part of them may come from the other side of a connection. */
const MAX_LINE_LENGTH = 2000;

/** Takes one line, without its line break. */
export type LineWriter = (line: string) => void;

/** A line's author and where its lines go. A worker has its own and sets its own name. */
export class Log {
  /** The program's name, in front of every line. */
  program: string;
  readonly #write: LineWriter;

  constructor(program: string, write: LineWriter = writeToStderr) {
    this.program = program;
    this.#write = write;
  }

  /** Something the user may want to know. */
  info(text: string): void {
    this.#write(`${this.program}: ${oneLine(text)}`);
  }

  /** Something is wrong and the program goes on. */
  warn(text: string): void {
    this.#write(`${this.program}: warning: ${oneLine(text)}`);
  }

  /** Something is wrong and the program, or what was asked of it, ends. */
  error(text: string): void {
    this.#write(`${this.program}: ${oneLine(text)}`);
  }

  /**
   * For a warning that may come many times a second.
   *
   * @param intervalMs the least time between two lines
   */
  rateLimited(intervalMs = 1000): RateLimitedWarning {
    return new RateLimitedWarning((text) => this.warn(text), intervalMs);
  }
}

/** The log of this thread. */
export const log: Log = new Log("capturevideo");

/**
 * One kind of warning, reported at most once an interval.
 *
 * - The first is reported at once.
 * - What comes within the interval is counted, and told with the next line.
 * - It has no timer: the count of a last burst is told by `flush()`, or by leaving `using`.
 */
export class RateLimitedWarning implements Disposable {
  readonly #write: LineWriter;
  readonly #intervalMs: number;
  readonly #nowMs: () => number;
  #reportedAtMs = -Infinity;
  #swallowed = 0;
  #lastText = "";

  /**
   * @param intervalMs the least time between two lines
   * @param nowMs a clock that never goes back
   */
  constructor(
    write: LineWriter,
    intervalMs: number,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#write = write;
    this.#intervalMs = intervalMs;
    this.#nowMs = nowMs;
  }

  /** Reports the text, or counts it. */
  warn(text: string): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#reportedAtMs < this.#intervalMs) {
      this.#swallowed++;
      this.#lastText = text;
      return;
    }
    this.#write(this.#swallowed === 0 ? text : `${text} (and ${this.#swallowed} more before)`);
    this.#reportedAtMs = nowMs;
    this.#swallowed = 0;
  }

  /** Reports what has been counted and not told yet. */
  flush(): void {
    if (this.#swallowed === 0) return;
    const others = this.#swallowed - 1;
    this.#write(others === 0 ? this.#lastText : `${this.#lastText} (and ${others} more before)`);
    this.#reportedAtMs = this.#nowMs();
    this.#swallowed = 0;
  }

  [Symbol.dispose](): void {
    this.flush();
  }
}

/**
 * A text fit for a terminal: on one line, without control characters, and not endless. Texts from
 * the network pass through here, so nobody's peer can move the cursor or recolour the screen. No
 * password is in it, wherever the text comes from.
 */
export function oneLine(text: string): string {
  const shown = withoutPassword(text.slice(0, 2 * MAX_LINE_LENGTH));
  // deno-lint-ignore no-control-regex -- control characters are what this is about
  const line = shown.replaceAll(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, " ").trim();
  return line.length <= MAX_LINE_LENGTH ? line : `${line.slice(0, MAX_LINE_LENGTH)}…`;
}

/** Writes a line to standard error, whole. */
export function writeToStderr(line: string): void {
  const bytes = new TextEncoder().encode(line + "\n");
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
  } catch {
    // Standard error is closed or its disk is full, and there is nowhere else to tell it. The video
    // must not end for that.
  }
}
