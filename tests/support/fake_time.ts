/**
 * Timers and a clock that go on when the test says so, not when time passes.
 *
 * @example
 * ```ts ignore
 * using time = new FakeTime();
 * const paused = pause(5000, signal);
 * await time.advance(5000);
 * await paused;
 * ```
 * @module
 */

interface Timer {
  readonly id: number;
  readonly callback: () => void;
  readonly everyMs: number | undefined;
  dueMs: number;
}

const REAL = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
};

/** Takes the place of the timers and of `performance.now()` until it is disposed of. */
export class FakeTime implements Disposable {
  #timers: Timer[] = [];
  #nowMs = 0;
  #lastId = 0;

  /** Stops the clock. */
  constructor() {
    const clear = (id?: number) => {
      this.#timers = this.#timers.filter((timer) => timer.id !== id);
    };
    Object.assign(globalThis, {
      setTimeout: (callback: () => void, ms = 0) => this.#start(callback, ms, undefined),
      setInterval: (callback: () => void, ms = 0) => this.#start(callback, ms, ms),
      clearTimeout: clear,
      clearInterval: clear,
    });
    Object.assign(performance, { now: () => this.#nowMs });
  }

  /** Milliseconds since the clock was stopped. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.length;
  }

  /** Lets time pass: what is due fires in its order, and what follows from it at once happens. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settle();
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.dueMs - b.dueMs)[0];
      if (!next || next.dueMs > endMs) break;
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      if (next.everyMs === undefined) {
        this.#timers = this.#timers.filter((timer) => timer !== next);
      } else next.dueMs = this.#nowMs + next.everyMs;
      next.callback();
      await settle();
    }
    this.#nowMs = endMs;
  }

  /** Lets time pass in which this program can do nothing, as in a long call: its timers are late. */
  block(ms: number): void {
    this.#nowMs += ms;
  }

  /** Gives the real timers back. */
  [Symbol.dispose](): void {
    Object.assign(globalThis, REAL);
    // The real one belongs to the prototype.
    Reflect.deleteProperty(performance, "now");
  }

  #start(callback: () => void, ms: number, everyMs: number | undefined): number {
    this.#timers.push({ id: ++this.#lastId, callback, everyMs, dueMs: this.#nowMs + ms });
    return this.#lastId;
  }
}

/** Lets promises that are resolved run their course. */
function settle(): Promise<void> {
  return new Promise((resolve) => REAL.setTimeout(resolve, 0));
}
