/**
 * One connection to the host, dialled and served, as a {@linkcode Line}.
 *
 * @module
 */

import type { ByteConnection } from "../flow/byte_connection.ts";
import { HostConnection, type HostConnectionOptions } from "./host_connection.ts";
import type { Line, LineState } from "./line_keeper.ts";

/** What a {@linkcode HostLine} is made of. */
export interface HostLineOptions extends Omit<HostConnectionOptions, "onSilence"> {
  /** Makes the connection. */
  dial: (signal: AbortSignal) => Promise<ByteConnection>;
  /** Called when the state changes. */
  onChange: () => void;
}

/**
 * From the first attempt to the end.
 *
 * - Pictures: none is handed on once {@linkcode end} was called.
 */
export class HostLine implements Line {
  /** Resolves when the connection is closed; what ended it is `failure`. */
  readonly closed: Promise<void>;
  readonly #options: HostLineOptions;
  readonly #stop = new AbortController();
  #state: LineState = "trying";
  #fruitful = false;
  #failure: unknown;

  /** @param options how to connect, and what to do with what comes */
  constructor(options: HostLineOptions) {
    this.#options = options;
    this.closed = this.#run();
  }

  /** How it is now. */
  get state(): LineState {
    return this.#state;
  }

  /** Whether pictures have come over it. */
  get fruitful(): boolean {
    return this.#fruitful;
  }

  /** What ended it. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Ends it: the host is told, and given a moment to hear it. */
  end(): void {
    this.#stop.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { dial, onJpeg, ...options } = this.#options;
    try {
      const connection = await dial(signal);
      await new HostConnection(connection, {
        ...options,
        onAnswer: () => {
          options.onAnswer?.();
          this.#change("heard");
        },
        onSilence: (silent) => this.#change(silent ? "silent" : "heard"),
        onJpeg: async (picture) => {
          if (signal.aborted) return;
          this.#fruitful = true;
          await onJpeg(picture);
        },
      }).run(signal);
    } catch (error) {
      this.#failure = error;
    }
    this.#change("over");
  }

  #change(state: LineState): void {
    this.#state = state;
    this.#options.onChange();
  }
}
