/**
 * What every program does around its own work: reads its options, turns Ctrl-C into an end in good
 * order, and errors into a line and an exit code.
 *
 * | exit code | means |
 * | --- | --- |
 * | 0 | a normal end, also by Ctrl-C, SIGTERM or the terminal's end (SIGHUP) |
 * | 1 | failure: a line on standard error says what |
 * | 2 | a wrong option: a line says which, and what is allowed |
 * | 128 + n | signal n came a second time, and the program ended at once |
 *
 * @example
 * ```ts ignore
 * import { runMain } from "./main.ts";
 *
 * await runMain({ program: "demo", options: OPTIONS }, async (settings, signal) => {
 *   await show(settings.source, signal);
 * });
 * ```
 * @module
 */

import { somethingHangs } from "../flow/abandoned.ts";
import { writesHang } from "../flow/background_writer.ts";
import { UsageError } from "../flow/errors.ts";
import { hangupIsIgnored } from "../opencv/process.ts";
import { describeError } from "../text/error_text.ts";
import { parseCommandLine } from "./command_line.ts";
import { parseConfigFile, readConfigFile } from "./config_file.ts";
import { parseEnvironment, readEnvironment } from "./environment.ts";
import { stderrIsJournal } from "./journal.ts";
import { allWritten, log } from "./log.ts";
import type { OptionTable, Program, ProgramOptions, SettingsOf } from "./option.ts";
import { print } from "./print.ts";
import { resolveSettings } from "./resolve.ts";

const EXIT_FAILURE = 1;
/** What a program ends with where an option is wrong. */
export const EXIT_USAGE = 2;

/**
 * So long a finished program may take to wind down by itself, in milliseconds: long enough for
 * Deno to end what was closed, short enough that nobody takes it for hung.
 */
const WIND_DOWN_MS = 700;

/**
 * How long whoever reads standard error has for the last lines, in milliseconds: on a busy computer
 * a write may wait that long for its thread.
 */
const LAST_LINES_MS = 1000;

/**
 * Signals that come closer together than this, in milliseconds, are one: `timeout` and some shells
 * signal a program and then its process group, and the program gets both.
 */
const ONE_SIGNAL_MS = 200;

/** The signals that ask a program to end, with their numbers. */
const END_SIGNALS: ReadonlyArray<[Deno.Signal, number]> = Deno.build.os === "windows"
  ? [["SIGHUP", 1], ["SIGINT", 2], ["SIGBREAK", 21]]
  : [["SIGHUP", 1], ["SIGINT", 2], ["SIGTERM", 15]];

/** A program's own work; it returns or throws once `signal` is aborted. */
export type Body<S> = (settings: S, signal: AbortSignal) => Promise<void>;

/** A program, its options, and how it is run. */
export interface RunOptions<T extends OptionTable, P extends Program> extends ProgramOptions<T, P> {
  /** Whether it goes on after an error that nobody caught: it serves others than the one it hit. */
  readonly outlivesBugs?: boolean;
  /** Whether systemd may run it, so that what it says goes to the journal. */
  readonly isService?: boolean;
}

/**
 * Runs a program from its options to its exit code.
 *
 * - The first SIGINT, SIGTERM or SIGHUP aborts `signal`; the body cleans up and returns, and the
 *   program ends with 0. A second one ends the process at once. SIGHUP means nothing to a program
 *   that was started to outlive its terminal.
 * - The exit code is set, not forced, so that every clean-up runs. Should something still keep the
 *   process alive a moment after the body has returned, it is ended and a warning says so.
 * - Lines that nobody takes keep it a second, and no longer.
 * - An error that nobody caught anywhere in the process ends the body the same way, or is only
 *   reported where the program outlives it.
 */
export async function runMain<T extends OptionTable, P extends Program>(
  options: RunOptions<T, P>,
  body: Body<SettingsOf<T, P>>,
): Promise<void> {
  log.program = options.program;
  const settings = readSettings(options);
  if (settings === undefined) return await windDown();

  const abort = new AbortController();
  listenForTheEnd(abort, options.outlivesBugs);
  try {
    await body(settings, abort.signal);
  } catch (error) {
    if (!isAbort(error, abort.signal)) reportError(error);
  } finally {
    await windDown();
  }
}

/** The settings, or `undefined` when what there was to say has been printed. */
function readSettings<T extends OptionTable, P extends Program>(
  spec: RunOptions<T, P>,
): SettingsOf<T, P> | undefined {
  try {
    if (spec.isService) log.toJournal = stderrIsJournal();
    const commandLine = parseCommandLine(spec, Deno.args);
    // Help and version are printed whatever else is wrong.
    if (commandLine.text !== undefined) {
      print(commandLine.text);
      return undefined;
    }
    const file = parseConfigFile(spec, readConfigFile());
    const environment = parseEnvironment(spec, readEnvironment(spec.options));
    return resolveSettings(spec, [file, environment, commandLine]);
  } catch (error) {
    reportError(error);
  }
}

/**
 * Ties the process's signals and lost errors to the controller, to the process's very end: a task
 * runner passes on signals that the program got itself, and the second may come at any time.
 */
function listenForTheEnd(abort: AbortController, outlivesBugs = false): void {
  const outlivesTerminal = hangupIsIgnored();
  let signalledAtMs: number | undefined;
  for (const [name, number] of END_SIGNALS) {
    Deno.addSignalListener(name, () => {
      if (name === "SIGHUP" && outlivesTerminal) return;
      signalledAtMs ??= performance.now();
      if (performance.now() - signalledAtMs > ONE_SIGNAL_MS) Deno.exit(128 + number);
      abort.abort(new DOMException(`${name} received`, "AbortError"));
    });
  }

  const onLostError = (event: ErrorEvent | PromiseRejectionEvent) => {
    event.preventDefault();
    const error = event instanceof ErrorEvent ? event.error : event.reason;
    if (outlivesBugs) return log.bug(error);
    reportError(error);
    abort.abort(new DOMException("an error was not caught", "AbortError"));
  };
  globalThis.addEventListener("error", onLostError);
  globalThis.addEventListener("unhandledrejection", onLostError);
}

/** Whether an error only says that the body stopped because it was asked to. */
function isAbort(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  return error === signal.reason ||
    (error instanceof DOMException && error.name === "AbortError");
}

/** Prints an error and sets the exit code: the one place that does either. */
function reportError(error: unknown): void {
  if (error instanceof UsageError) {
    for (const line of error.message.split("\n")) log.error(line);
    Deno.exitCode = EXIT_USAGE;
    return;
  }
  Deno.exitCode = EXIT_FAILURE;
  const { line, expected } = describeError(error);
  if (expected) log.error(line);
  else log.bug(error);
}

/**
 * Lets the last lines out and the process end; ends it where a write hangs, or something forgotten
 * keeps it alive. By itself it keeps nothing alive.
 */
async function windDown(): Promise<void> {
  await allWritten(LAST_LINES_MS);
  if (writesHang() || somethingHangs()) Deno.exit();
  const timer = setTimeout(async () => {
    log.warn("something was still running at the end and was cut off");
    await allWritten(LAST_LINES_MS);
    Deno.exit();
  }, WIND_DOWN_MS);
  Deno.unrefTimer(timer);
}
