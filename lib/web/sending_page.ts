/**
 * The page that sends its camera's pictures.
 *
 * It speaks the protocol as a host does that has welcomed its guest, and this host is the guest:
 *
 * | message | from | says |
 * | --- | --- | --- |
 * | WANT | host | whether to send, and what: width, height, fps, quality |
 * | FRAME | page | a picture, with the time of capture in the host's clock |
 * | ACK | host | it has come |
 * | STATUS | page | why no picture comes |
 * | PING, PONG | both | the time, and that the other is still there |
 * | BYE | both | the end; of one that another page takes the place of, without `retry` |
 *
 * @module
 */

import type { BrowserCamera, PageSeat, SendingPage } from "../camera/browser_camera.ts";
import type { ByteConnection } from "../flow/byte_connection.ts";
import { Conversation, wrongMessage } from "../peer/conversation.ts";
import { FloodGuard } from "../peer/flood_guard.ts";
import { Heartbeat } from "../peer/heartbeat.ts";
import { MessageDecoder } from "../protocol/decoder.ts";
import type { HostMessage } from "../protocol/messages.ts";

/** How much is read at a time: most pictures. */
const READ_BYTES = 128 * 1024;

/** How often the page is asked for a sign of life, in microseconds. */
const PING_EVERY_MICROS = 2_000_000;

/** A page of which nothing is heard for so long has lost its connection, in microseconds. */
const SILENT_MICROS = 6_000_000;

/** How long a page is given to take a BYE, in microseconds. */
const FAREWELL_MICROS = 1_000_000;

/** How often it is looked at the clock, in milliseconds. */
const LOOK_EVERY_MS = 1000;

/** So many messages may come in a second besides three times the pictures that are wanted. */
const SPARE_MESSAGES = 60;

/** Who sends, of all pages: a page may take its own place. */
const senders = new WeakMap<BrowserCamera, string>();

/** Options of {@linkcode CameraPage}. */
export interface CameraPageOptions {
  readonly camera: BrowserCamera;
  /** What the page calls itself. */
  readonly id: string;
  /** Whether it takes another page's place. */
  readonly takesOver: boolean;
  /** Whether it may still send: the key may be another by now. */
  readonly mayStay: () => boolean;
  /** The monotonic clock, in microseconds. */
  readonly now: () => number;
  readonly stop: AbortSignal;
}

/**
 * One page.
 *
 * - Trust: what is no message, too long or too often ends it; one picture waits here to be read.
 * - Bound: what waits to be said is one message of each kind, and an ACK for each picture read.
 */
export class CameraPage implements SendingPage {
  readonly #options: CameraPageOptions;
  readonly #heartbeat: Heartbeat;
  readonly #conversation: Conversation<HostMessage>;
  #seat: PageSeat | undefined;

  /** @param connection owned from here on */
  constructor(connection: ByteConnection, options: CameraPageOptions) {
    const { now, camera } = options;
    this.#options = options;
    this.#heartbeat = new Heartbeat(now(), () => PING_EVERY_MICROS);
    const decoder = new MessageDecoder({ from: "host" });
    // One that is asked for less now still has more under way.
    let mostFps = 0;
    const messages = () => 3 * (mostFps = Math.max(mostFps, camera.wanted.fps)) + SPARE_MESSAGES;
    this.#conversation = new Conversation(connection, {
      now,
      readBytes: READ_BYTES,
      farewellMicros: FAREWELL_MICROS,
      heartbeat: this.#heartbeat,
      guard: new FloodGuard({
        whom: "a page",
        messages,
        bytes: Infinity, // whoever sends large pictures is slow by itself
      }),
      decoder: () => decoder,
      onPart: (message) => this.#handle(message),
      onHandled: async () => await this.#conversation.outbox.written(),
      waitsForClose: true,
    });
  }

  /** Serves it to its end. */
  async run(): Promise<void> {
    const { camera, id, takesOver, stop } = this.#options;
    const end = () => this.#conversation.leave("the host was ended");
    stop.addEventListener("abort", end);
    const looking = setInterval(() => this.#look(), LOOK_EVERY_MS);
    try {
      if (stop.aborted) end();
      else if (camera.isTaken && !takesOver && senders.get(camera) !== id) {
        this.#conversation.leave("another page sends its camera's picture", { retry: false });
      } else {
        senders.set(camera, id);
        this.#seat = camera.admit(this);
      }
      const { how, reason } = await this.#conversation.run();
      const hasGone = how === "closed" || how === "lost";
      this.#seat?.leave(hasGone ? "its page was closed, or has lost the connection" : reason);
    } finally {
      clearInterval(looking);
      stop.removeEventListener("abort", end);
    }
  }

  /** Says whether pictures are wanted, and which. */
  want(isWanted: boolean): void {
    this.#conversation.outbox.post({ type: "want", isWanted, ...this.#options.camera.wanted });
  }

  replaced(): void {
    this.#seat = undefined;
    this.#conversation.leave("another page has taken over", { retry: false });
  }

  #look(): void {
    const now = this.#options.now();
    const conversation = this.#conversation;
    conversation.tick(now);
    if (!this.#options.mayStay()) conversation.leave("the host has a new key");
    else if (this.#heartbeat.silentMicros(now) > SILENT_MICROS) {
      conversation.cut("its page has lost the connection");
    } else conversation.outbox.post(this.#heartbeat.next(now));
  }

  #handle(message: HostMessage): void {
    const { outbox } = this.#conversation;
    switch (message.type) {
      case "frame":
        outbox.post({ type: "ack", sequence: message.sequence });
        return this.#seat?.offer(message.jpeg, message.capturedAtMicros);
      case "status":
        return this.#seat?.trouble(message.why ?? `its camera is ${message.camera}`);
      case "ping":
        this.#heartbeat.asked(message);
        return outbox.post(this.#heartbeat.next(this.#options.now()));
      case "pong":
        return;
      case "bye":
        return this.#conversation.left(message);
      default:
        throw wrongMessage(message, "a page that lends its camera");
    }
  }
}
