/**
 * Reads the results of `deno test --reporter=tap` as they are printed.
 *
 * @example
 * ```ts
 * import { TapReader } from "./tap.ts";
 *
 * const reader = new TapReader();
 * for (const line of ["ok 1 - it works", "1..1"]) {
 *   for (const result of reader.push(line)) console.log(result.name, result.outcome);
 * }
 * console.log(reader.complete); // true
 * ```
 * @module
 */

/** One finished test. */
export interface TapResult {
  /** The test's name. */
  name: string;
  /** What became of it. */
  outcome: "passed" | "failed" | "skipped";
  /** Every failure's message, those of its steps first; empty unless it failed. */
  message: string;
}

/**
 * Turns lines into results.
 *
 * - A result is handed out when the next line shows that nothing more belongs to it.
 * - Steps count as part of their test; lines that are not TAP are passed over.
 */
export class TapReader {
  #pending: TapResult | undefined;
  #stepFailures: string[] = [];
  #count = 0;
  #failed = 0;
  #planned: number | undefined;

  /** How many tests have been handed out. */
  get count(): number {
    return this.#count;
  }

  /** How many of those failed. */
  get failed(): number {
    return this.#failed;
  }

  /** Whether the plan has come and as many results as it names. */
  get complete(): boolean {
    return this.#planned === this.#count && this.#pending === undefined;
  }

  /** Takes one line, without its end; gives the test that it ends, if any. */
  push(line: string): TapResult[] {
    const message = /^\s*(\{"message":.*)$/.exec(line)?.[1];
    if (message !== undefined) {
      this.#addMessage(line.startsWith("  {"), parseMessage(message));
      return [];
    }
    if (/^\s+/.test(line)) return []; // a step's result, or a fence around a message
    const finished = this.#takePending();
    const plan = /^1\.\.(\d+)$/.exec(line)?.[1];
    if (plan !== undefined) this.#planned = Number(plan);
    this.#pending = parseResult(line);
    if (this.#pending?.outcome === "failed") this.#pending.message = this.#stepFailures.join("\n");
    if (this.#pending !== undefined) this.#stepFailures = [];
    return finished;
  }

  #addMessage(ofTest: boolean, message: string): void {
    if (ofTest && this.#pending !== undefined) {
      this.#pending.message = [this.#pending.message, message].filter(Boolean).join("\n");
    } else {
      this.#stepFailures.push(message);
    }
  }

  #takePending(): TapResult[] {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending === undefined) return [];
    this.#count++;
    if (pending.outcome === "failed") this.#failed++;
    return [pending];
  }
}

function parseResult(line: string): TapResult | undefined {
  const match = /^(not )?ok \d+ - (.*?)( # SKIP.*)?$/.exec(line);
  if (match === null) return undefined;
  const [, failed, name, skipped] = match;
  const outcome = failed !== undefined ? "failed" : skipped !== undefined ? "skipped" : "passed";
  return { name: name!, outcome, message: "" };
}

function parseMessage(json: string): string {
  const { message } = JSON.parse(json) as { message: string };
  return message;
}
