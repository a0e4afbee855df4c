/**
 * What a program says to its user while it runs: a line each, on standard error.
 *
 * @example
 * ```ts
 * import { allWritten, log } from "./log.ts";
 *
 * log.program = "host";
 * log.info("listening on 127.0.0.1:65432");
 * await allWritten(1000);
 * ```
 * @module
 */

import { BackgroundWriter } from "../flow/background_writer.ts";
import { withoutPassword } from "../text/passwords.ts";
import { describeError } from "../text/error_text.ts";
import { printable, shorten } from "../text/printable.ts";
import { RateLimitedLog } from "./rate_limited_log.ts";

/** Longer lines are cut: part of them may come from the other side of a connection. */
const MAX_LINE_LENGTH = 2000;

/** So many different bugs are reported. */
const MAX_BUGS = 20;

/** How much may wait for whoever reads standard error, in bytes. */
const MAX_WAITING_BYTES = 256 * 1024;

const encoder = new TextEncoder();

/** What the journal takes for a line's level, as syslog numbers them. */
const LEVELS = { error: "<3>", warning: "<4>" };

/** A line's author and where its lines go. A worker has its own and sets its own name. */
export class Log {
  /** The program's name, in front of every line. */
  program: string;
  /** Whether the lines go to the journal: each is an entry there, and begins with its level. */
  toJournal = false;
  readonly #write: (line: string) => void;
  readonly #bugs = new Set<string>();

  /** @param write takes a line without its line break; default: standard error */
  constructor(program: string, write: (line: string) => void = writeToStderr) {
    this.program = program;
    this.#write = write;
  }

  /** Something the user may want to know. */
  info(text: string): void {
    this.#write(`${this.program}: ${lineOf(text)}`);
  }

  /** The same where it can be one of several: a line for each; in the journal, one for all. */
  choices(text: string, [first = "", ...others]: readonly string[]): void {
    if (this.toJournal) return this.info([`${text}: ${first}`, ...others].join(", or "));
    this.info(`${text}: ${first}`);
    for (const other of others) this.info(`or: ${other}`);
  }

  /** Something is wrong and the program goes on. */
  warn(text: string): void {
    this.#mark("warning", `${this.program}: warning: ${lineOf(text)}`);
  }

  /** Something is wrong and the program, or what was asked of it, ends. */
  error(text: string): void {
    this.#mark("error", `${this.program}: ${lineOf(text)}`);
  }

  /**
   * For lines of one kind, of which others can provoke as many as they like.
   *
   * @param burst how many may come at once, where none came for long
   */
  rateLimited(burst = 1): RateLimitedLog {
    return new RateLimitedLog(this, burst);
  }

  /**
   * Something that cannot happen to a correct program, and the program goes on. Each is reported
   * once, and no more than some: it may happen with every picture.
   */
  bug(error: unknown): void {
    const { line } = describeError(error);
    if (this.#bugs.has(line) || this.#bugs.size >= MAX_BUGS) return;
    this.#bugs.add(line);
    this.error(line);
    if (error instanceof Error) {
      const { message, stack = "" } = error;
      this.#write(stack.replace(message, () => lineOf(message)));
    }
    this.error("this is a bug in the program; please report it with the lines above");
  }

  #mark(level: keyof typeof LEVELS, line: string): void {
    this.#write(this.toJournal ? LEVELS[level] + line : line);
  }
}

/** The log of this thread. */
export const log: Log = new Log("capturevideo");

/**
 * A text as one line, not endless and without passwords, wherever it comes from: nobody's peer can
 * move the cursor or recolour the screen.
 */
function lineOf(text: string): string {
  const shown = withoutPassword(text.slice(0, 2 * MAX_LINE_LENGTH));
  return shorten(printable(shown).trim(), MAX_LINE_LENGTH);
}

const stderr = new BackgroundWriter({
  target: Deno.stderr,
  maxBytes: MAX_WAITING_BYTES,
  // What it could not take because it is closed, or its disk full, can be said nowhere else.
  inPlaceOf: (count) => {
    const lines = count === 1 ? "1 line was" : `${count} lines were`;
    return encoder.encode(`${log.program}: warning: ${lines} dropped, as nobody took them\n`);
  },
});

/**
 * Writes a line to standard error, whole, and waits for nobody: a line that is not taken waits, and
 * of too many the oldest are dropped and counted. The video must not stop for a reader that stops.
 */
export function writeToStderr(line: string): void {
  stderr.put(encoder.encode(line + "\n"));
}

/** Waits until all lines are written, or for so long; whether they are. */
export function allWritten(limitMs: number): Promise<boolean> {
  return stderr.finish(limitMs);
}
