/**
 * Who owns a native object, who uses it at the moment, and when it may be freed.
 *
 * @module
 */

import { errorText } from "./ffi.ts";

/** What owns one native object, and frees it when it is closed. */
export abstract class NativeOwner implements AsyncDisposable {
  protected readonly native: NativeHandle;
  /** Room for the words of the call under way. */
  protected readonly error: Uint8Array<ArrayBuffer> = errorText();

  protected constructor(...handle: ConstructorParameters<typeof NativeHandle>) {
    this.native = new NativeHandle(...handle);
  }

  /** Frees it after the calls in flight. Twice is once; every other call then throws. */
  close(): Promise<void> {
    return this.native.release();
  }

  /** The same as {@linkcode close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * One native object.
 *
 * - What makes it may be given in its place: it is then made on first use, which may never come.
 * - It is freed exactly once, and never while a call is working on it: a release in mid-call takes
 *   effect when the call returns.
 * - Any number of calls may read it at once; a call that writes has it for itself.
 * - After the release every use throws.
 */
export class NativeHandle {
  #pointer: Deno.PointerObject | null;
  readonly #make: (() => Deno.PointerObject) | undefined;
  readonly #thing: string;
  readonly #free: (pointer: Deno.PointerObject) => void | Promise<void>;
  #readers = 0;
  #writing = false;
  #idle: PromiseWithResolvers<void> | undefined;
  #released: Promise<void> | undefined;

  /**
   * @param pointer the native object, or what makes it
   * @param thing what it is, for messages: `the Mat`
   */
  constructor(
    pointer: Deno.PointerObject | (() => Deno.PointerObject),
    thing: string,
    free: (pointer: Deno.PointerObject) => void | Promise<void>,
  ) {
    const isMade = typeof pointer !== "function";
    this.#pointer = isMade ? pointer : null;
    this.#make = isMade ? undefined : pointer;
    this.#thing = thing;
    this.#free = free;
  }

  /**
   * The pointer for a synchronous call that only reads.
   *
   * @throws {Deno.errors.BadResource} it was released
   * @throws {Deno.errors.Busy} a call off this thread is writing to it
   */
  forReading(): Deno.PointerObject {
    if (this.#released) {
      throw new Deno.errors.BadResource(`Cannot use ${this.#thing}: it was released`);
    }
    if (this.#writing) {
      throw new Deno.errors.Busy(`Cannot use ${this.#thing}: a call is still writing to it`);
    }
    return this.#pointer ??= this.#make!();
  }

  /**
   * The pointer for a synchronous call that writes.
   *
   * @throws {Deno.errors.BadResource} it was released
   * @throws {Deno.errors.Busy} a call off this thread is using it
   */
  forWriting(): Deno.PointerObject {
    const pointer = this.forReading();
    if (this.#readers > 0) {
      throw new Deno.errors.Busy(`Cannot change ${this.#thing}: a call is still reading it`);
    }
    return pointer;
  }

  /** Has `use` read the object off this thread; it lives until `use` has settled. */
  async whileReading<T>(use: (pointer: Deno.PointerObject) => Promise<T>): Promise<T> {
    const pointer = this.forReading();
    this.#readers++;
    try {
      return await use(pointer);
    } finally {
      this.#readers--;
      this.#settle();
    }
  }

  /** Has `use` write to the object off this thread; it lives until `use` has settled. */
  async whileWriting<T>(use: (pointer: Deno.PointerObject) => Promise<T>): Promise<T> {
    const pointer = this.forWriting();
    this.#writing = true;
    try {
      return await use(pointer);
    } finally {
      this.#writing = false;
      this.#settle();
    }
  }

  /** Frees the object, at once or as soon as the last call on it returns. Twice is once. */
  release(): Promise<void> {
    return this.#released ??= this.#end();
  }

  async #end(): Promise<void> {
    const pointer = this.#pointer;
    this.#pointer = null;
    this.#idle = Promise.withResolvers();
    if (this.#isBusy()) await this.#idle.promise;
    if (pointer) await this.#free(pointer);
  }

  #settle(): void {
    if (!this.#isBusy()) this.#idle?.resolve();
  }

  #isBusy(): boolean {
    return this.#writing || this.#readers > 0;
  }
}
