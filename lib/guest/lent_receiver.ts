/**
 * A {@linkcode Receiver} behind messages, on its own thread. The window's thread asks for one
 * picture at a time, so that no queue can form between the two.
 *
 * @module
 */

import { describeError } from "../text/error_text.ts";
import { CaptureVideoError, type ErrorCode } from "../flow/errors.ts";
import type { ViewSize } from "../protocol/messages.ts";
import {
  cameraHasEnded,
  type FeedEvent,
  type FeedSettings,
  type LinkState,
  type Picture,
} from "./picture.ts";
import { Receiver } from "./receiver.ts";
import { SharedSlot } from "./shared_slot.ts";

/** What a receiving thread is given for each feed. */
export interface NewFeed {
  readonly settings: FeedSettings;
  /** Where the pictures are put: that of a `SharedSlot`. */
  readonly slot: SharedArrayBuffer;
  /** Where this thread's messages go, and the other's come from. */
  readonly port: MessagePort;
}

/** From the window's thread to the receiving one. */
export type ToReceiver =
  /** The Mats at these addresses are free again, and one more picture is wanted. */
  | { kind: "next"; released: bigint[] }
  /** The JPEG of the Mat at this address is wanted. */
  | { kind: "jpeg"; handle: bigint }
  /** The pictures are shown in so much room from now on. */
  | { kind: "view"; view: ViewSize | undefined }
  | { kind: "stop" };

/** Why there is no more of what was asked for. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** From the receiving thread to the window's. */
export type FromReceiver =
  | FeedEvent
  /** In the order in which they were asked for: each JPEG, or why there is none. */
  | { kind: "jpeg"; jpeg: Uint8Array | Failure }
  /** No more will come; the failure is what ended it, if one did. */
  | { kind: "ended"; failure: Failure | undefined };

/** How often the counts are renewed while no picture comes, in milliseconds. */
const REPORT_EVERY_MS = 500;

/**
 * So many messages may be sent in that time; of what a host provokes beyond, only how the link is
 * then is sent. The window's thread may be slower than the host, and what it has not read yet takes
 * memory.
 */
const MAX_CHANGES = 50;

/** Receives for a feed on another thread, and lends it the pictures. */
export class LentReceiver {
  readonly #port: MessagePort;
  readonly #slot: SharedSlot;
  readonly #receiver: Receiver;
  readonly #stop = new AbortController();
  readonly #lent = new Map<bigint, Picture>();
  #link: LinkState;
  #answered: Promise<void> = Promise.resolve();
  #sent = 0;
  #changes = 0;

  constructor({ settings, slot, port }: NewFeed) {
    this.#port = port;
    this.#slot = new SharedSlot(slot);
    this.#receiver = new Receiver(settings, (event) => {
      if (++this.#changes > MAX_CHANGES) return;
      if (event.kind === "link") this.#report();
      else this.#send(event);
    });
    this.#link = this.#receiver.link;
    port.onmessage = ({ data }: MessageEvent<ToReceiver>) => this.#handle(data);
  }

  /** Receives until it is stopped, or until the end. */
  async run(): Promise<void> {
    const reporting = setInterval(() => {
      this.#changes = 0;
      this.#report();
    }, REPORT_EVERY_MS);
    try {
      await this.#receiver.run(this.#stop.signal);
      this.#end(undefined);
    } catch (error) {
      this.#end(failureOf(error));
    } finally {
      clearInterval(reporting);
    }
  }

  #handle(message: ToReceiver): void {
    switch (message.kind) {
      case "next":
        for (const handle of message.released) this.#takeBack(handle);
        return void this.#lend();
      case "jpeg":
        return this.#answer(message.handle);
      case "view":
        return this.#receiver.show(message.view);
      case "stop":
        return this.#stop.abort();
    }
  }

  #send(message: FromReceiver): void {
    this.#sent++;
    this.#port.postMessage(message);
  }

  /**
   * Answers in any case, as somebody waits, and an error that is lost ends the thread's other feeds;
   * and in the order of the questions, however long each takes.
   */
  #answer(handle: bigint): void {
    const jpeg = this.#lent.get(handle)!.jpeg().catch((error) =>
      // What compresses is freed when the feed ends.
      failureOf(error instanceof Deno.errors.BadResource ? cameraHasEnded() : error)
    );
    this.#answered = this.#answered.then(async () =>
      this.#send({ kind: "jpeg", jpeg: await jpeg })
    );
  }

  #end(failure: Failure | undefined): void {
    this.#report();
    this.#send({ kind: "ended", failure });
  }

  #report(): void {
    this.#slot.counts = this.#receiver.counts;
    if (this.#link === this.#receiver.link) return;
    this.#link = this.#receiver.link;
    this.#send({ kind: "link", link: this.#link });
  }

  /** Hands the next picture over; its Mat stays here, and is used again once it is released. */
  async #lend(): Promise<void> {
    const picture = await this.#receiver.next();
    if (!picture) return;
    const { jpegBytes, capturedAtMicros, mat: { handle } } = picture;
    this.#lent.set(handle, picture);
    this.#slot.counts = this.#receiver.counts;
    this.#slot.put({ handle, capturedAtMicros, jpegBytes, messagesBefore: this.#sent });
  }

  #takeBack(handle: bigint): void {
    this.#lent.get(handle)?.release();
    this.#lent.delete(handle);
  }
}

/** What the other thread is told of an error; one that cannot happen is thrown on. */
function failureOf(error: unknown): Failure {
  const { line, expected } = describeError(error);
  if (!expected) throw error;
  const code = error instanceof CaptureVideoError ? error.code : "connection";
  return { code, message: line };
}
