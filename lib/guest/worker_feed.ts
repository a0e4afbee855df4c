/**
 * The receiving thread, seen from the window's: it hands out pictures like a Receiver.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import { Mat } from "../opencv/mod.ts";
import type { ViewSize } from "../protocol/messages.ts";
import type { Failure, FromReceiver, ToReceiver } from "./lent_receiver.ts";
import {
  cameraHasEnded,
  type FeedEvent,
  type FeedSettings,
  type LinkState,
  type Picture,
  type PictureFeed,
  type ReceiverCounts,
} from "./picture.ts";
import { ReceivingThread } from "./receiving_thread.ts";
import { type PictureFacts, SharedSlot } from "./shared_slot.ts";

/**
 * Receives on a thread: one of its own, or one that it shares with others.
 *
 * - Order: a picture is handed out after the messages that were sent before it, and before the end.
 * - Flow: a picture crosses only when one was asked for, so that none queue up between the threads.
 * - Ownership: the thread lends its Mat until the picture is released and the next is asked for.
 */
export class WorkerFeed implements PictureFeed {
  readonly #thread: Pick<ReceivingThread, "begin" | "end">;
  readonly #settings: FeedSettings;
  readonly #onEvent: (event: FeedEvent) => void;
  readonly #slot = new SharedSlot();
  readonly #askedForJpeg: PromiseWithResolvers<Uint8Array>[] = [];
  /** To the thread, while it receives. */
  #port: MessagePort | undefined;
  readonly #ended = Promise.withResolvers<void>();
  #view: ViewSize | undefined;
  #link: LinkState = { state: "connecting", why: "" };
  /** How many messages have come. */
  #heard = 0;
  #released: bigint[] = [];
  /** A picture that came faster than a message from before it. */
  #early: PictureFacts | undefined;
  #waiting: ((picture: Picture | undefined) => void) | undefined;
  #over = false;

  constructor(
    settings: FeedSettings,
    onEvent: (event: FeedEvent) => void,
    thread: Pick<ReceivingThread, "begin" | "end"> = new ReceivingThread(),
  ) {
    this.#thread = thread;
    this.#settings = settings;
    this.#onEvent = onEvent;
  }

  get link(): LinkState {
    return this.#link;
  }

  /** The counts, at most half a second old. */
  get counts(): ReceiverCounts {
    return this.#slot.counts;
  }

  next(): Promise<Picture | undefined> {
    if (this.#over) return Promise.resolve(undefined);
    this.#send({ kind: "next", released: this.#released });
    this.#released = [];
    void this.#slot.next().then((facts) => this.#arrive(facts));
    return new Promise((resolve) => this.#waiting = resolve);
  }

  show(view: ViewSize | undefined): void {
    this.#view = view;
    this.#send({ kind: "view", view });
  }

  /** Has the thread receive, as {@linkcode PictureFeed} says, and ends it. */
  async run(signal: AbortSignal): Promise<void> {
    const settings = { ...this.#settings, view: this.#view };
    const slot = this.#slot.memory;
    const port = this.#port = this.#thread.begin({ settings, slot }, (error) => this.#end(error));
    port.onmessage = ({ data }: MessageEvent<FromReceiver>) => {
      this.#heard++;
      this.#handle(data);
      if (this.#early) this.#arrive(this.#early);
    };
    const stop = () => this.#send({ kind: "stop" });
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
    try {
      await this.#ended.promise;
    } finally {
      signal.removeEventListener("abort", stop);
      this.#port = undefined;
      this.#thread.end(port);
    }
  }

  #send(message: ToReceiver): void {
    this.#port?.postMessage(message);
  }

  #handle(message: FromReceiver): void {
    switch (message.kind) {
      case "jpeg": {
        const { jpeg } = message;
        const asked = this.#askedForJpeg.shift();
        return jpeg instanceof Uint8Array ? asked?.resolve(jpeg) : asked?.reject(errorOf(jpeg));
      }
      case "ended": {
        const { failure } = message;
        const last = this.#slot.take();
        if (last) this.#give(last);
        return this.#end(failure && errorOf(failure));
      }
      default:
        if (message.kind === "link") this.#link = message.link;
        this.#onEvent(message);
    }
  }

  #arrive(facts: PictureFacts): void {
    const isEarly = facts.messagesBefore > this.#heard;
    this.#early = isEarly ? facts : undefined;
    if (!isEarly) this.#give(facts);
  }

  #give({ handle, capturedAtMicros, jpegBytes }: PictureFacts): void {
    this.#waiting?.({
      mat: Mat.borrow(handle),
      capturedAtMicros,
      jpegBytes,
      jpeg: () => this.#askForJpeg(handle),
      release: () => void this.#released.push(handle),
    });
    this.#waiting = undefined;
  }

  #askForJpeg(handle: bigint): Promise<Uint8Array> {
    if (this.#over) return Promise.reject(cameraHasEnded());
    this.#send({ kind: "jpeg", handle });
    const asked = Promise.withResolvers<Uint8Array>();
    this.#askedForJpeg.push(asked);
    return asked.promise;
  }

  #end(error: Error | undefined): void {
    this.#over = true;
    for (const { reject } of this.#askedForJpeg.splice(0)) reject(cameraHasEnded());
    this.#waiting?.(undefined);
    this.#waiting = undefined;
    if (error) this.#ended.reject(error);
    else this.#ended.resolve();
  }
}

function errorOf({ code, message }: Failure): CaptureVideoError {
  return new CaptureVideoError(code, message);
}
