/**
 * Asking for a key at the terminal, without showing it.
 *
 * @module
 */

import { waitUnlessStopped } from "../flow/abandoned.ts";
import { parseKey } from "./key.ts";

/** Longer lines are no keys. */
const MAX_CHARACTERS = 200;

/** What a terminal without a line editor of its own sends. */
const [CONTROL_D, BACKSPACE, CONTROL_U, DELETE, ESCAPE] = ["\x04", "\b", "\x15", "\x7f", "\x1b"];

/** Ctrl-C, where it comes as a character. */
const CONTROL_C = "\x03";

/** The terminal, as far as it is needed; `Deno.stdin` is one. */
export interface KeyTerminal {
  isTerminal(): boolean;
  /** Switches echo and line editing off, and on again. */
  setRaw(raw: boolean, options?: { cbreak: boolean }): void;
  read(into: Uint8Array): Promise<number | null>;
}

/** How a key is asked for. */
export interface AskOptions {
  /** Where it is typed; default: standard input. */
  terminal?: KeyTerminal;
  say: (line: string) => void;
  signal: AbortSignal;
}

/** Whether somebody can be asked. */
export function canAsk(terminal: KeyTerminal = Deno.stdin): boolean {
  return terminal.isTerminal();
}

/**
 * Asks until a key is typed.
 *
 * @param whose of whom the key is, for people
 * @returns `undefined` when nobody wants to answer, or the signal is aborted
 */
export async function askForKey(
  whose: string,
  { terminal = Deno.stdin, say, signal }: AskOptions,
): Promise<string | undefined> {
  // Ctrl-C stays what it is, but on Windows, where what is not shown comes with all its characters.
  terminal.setRaw(true, { cbreak: Deno.build.os !== "windows" });
  try {
    say(`type the key of ${whose}, as it is shown there, and Enter; nothing is shown of it here`);
    for (;;) {
      const line = await readLine(terminal, signal);
      if (line === undefined) return undefined;
      const key = parseKey(line);
      if (key !== undefined) return key;
      say(`that is no key: it has 16 letters and digits, in groups of four; once more`);
    }
  } finally {
    terminal.setRaw(false);
  }
}

/** A line, without its end; `undefined` at the end of the input. */
async function readLine(terminal: KeyTerminal, signal: AbortSignal): Promise<string | undefined> {
  const bytes = new Uint8Array(256);
  let line = "";
  for (;;) {
    const length = await waitUnlessStopped(terminal.read(bytes), signal);
    if (length === null || length === undefined) return undefined;
    for (const one of new TextDecoder().decode(bytes.subarray(0, length))) {
      if (one === "\r" || one === "\n") return line;
      if (one === CONTROL_C || (one === CONTROL_D && line === "")) return undefined;
      // What begins so is an arrow or a function key, and comes in one piece.
      if (one === ESCAPE) break;
      if (one === BACKSPACE || one === DELETE) line = line.slice(0, -1);
      else if (one === CONTROL_U) line = "";
      else if (line.length < MAX_CHARACTERS) line += one;
    }
  }
}
