/**
 * When and why a guest ends.
 *
 * @module
 */

import type { CaptureVideoError } from "../flow/errors.ts";

/** The end of a guest: by a signal, after a time, by its user, or by the loss of its display. */
export class GuestEnd implements Disposable {
  /** Aborted when the end begins. */
  readonly signal: AbortSignal;
  /** Resolves when the end begins. */
  readonly begun: Promise<void>;
  readonly #own = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failure: CaptureVideoError | undefined;

  /** @param signal ends it as well */
  constructor(signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#own.signal]);
    this.begun = new Promise((resolve) => {
      if (this.signal.aborted) resolve();
      this.signal.addEventListener("abort", () => resolve());
    });
  }

  /** Begins the end in so many seconds; never, where none are given. */
  in(seconds: number | undefined): void {
    if (seconds !== undefined) this.#timer = setTimeout(() => this.begin(), seconds * 1000);
  }

  /** Begins the end; the first failure is the reason. */
  begin(failure?: CaptureVideoError): void {
    this.#failure ??= failure;
    this.#own.abort();
  }

  /** Throws what made it end, if something failed. */
  throwIfFailed(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Stops the clock. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
