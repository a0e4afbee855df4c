/**
 * A thread that receives, for one feed or for several.
 *
 * @module
 */

import { describeError } from "../text/error_text.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import type { NewFeed } from "./lent_receiver.ts";

/**
 * A worker.
 *
 * - Life: it is started with the first feed, and ends with the last one that was begun.
 * - Faults: an error that cannot happen ends all of its feeds.
 */
export class ReceivingThread {
  readonly #onFailure = new Map<MessagePort, (error: Error) => void>();
  #worker: Worker | undefined;

  /**
   * Begins a feed on the thread.
   *
   * @param onFailure called when the thread has failed
   * @returns where the feed's messages come from and go to, until it is handed to
   * {@linkcode end}
   */
  begin(feed: Omit<NewFeed, "port">, onFailure: (error: Error) => void): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#onFailure.set(port1, onFailure);
    this.#worker ??= this.#start();
    this.#worker.postMessage({ ...feed, port: port2 }, [port2]);
    return port1;
  }

  /** Notes that a feed has ended. */
  end(port: MessagePort): void {
    port.close();
    this.#onFailure.delete(port);
    if (this.#onFailure.size > 0) return;
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): Worker {
    const url = import.meta.resolve("./receiver_worker.ts");
    const worker = new Worker(url, { type: "module" });
    worker.onerror = (event) => {
      event.preventDefault();
      const failure = new Error(`the receiving thread failed: ${event.message}`);
      const { line, expected } = describeError(failure, "start the receiving thread");
      const error = expected
        ? new CaptureVideoError("connection", line, { cause: failure })
        : failure;
      for (const onFailure of [...this.#onFailure.values()]) onFailure(error);
    };
    return worker;
  }
}
