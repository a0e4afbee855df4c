/**
 * The page that sends its camera's pictures, over a WebSocket.
 *
 * Its messages are texts, in JSON, but for the pictures: 8 bytes of capture time (f64, big-endian,
 * microseconds of the host's clock), then the JPEG.
 *
 * | text | from | says |
 * | --- | --- | --- |
 * | `{"type":"wanted","isWanted",…}` | host | whether to send, and what: width, height, fps, quality |
 * | `{"type":"ack"}` | host | a picture has come |
 * | `{"type":"ping","t1"}`, `{"type":"pong","t1","t2","t3"}` | page, host | the time, as in PING |
 * | `{"type":"trouble","why"}` | page | why no picture comes |
 *
 * @module
 */

import type { BrowserCamera, PageSeat, SendingPage } from "../camera/browser_camera.ts";
import { MAX_JPEG_BYTES } from "../jpeg/limits.ts";
import { printable } from "../text/printable.ts";

/** In front of each JPEG, in bytes. */
const TIME_BYTES = 8;

/** A text is no longer than this, in characters. */
const MAX_TEXT_LENGTH = 1000;

/** Of a reason, so many characters are shown. */
const MAX_REASON_LENGTH = 200;

/** So many messages may come in a second besides three times the pictures that are wanted. */
const SPARE_MESSAGES = 60;

/** With what a WebSocket is closed: those from 4000 on, the page knows. */
const CLOSED = {
  ended: 1001,
  unsupported: 1003,
  refused: 1008,
  tooLong: 1009,
  taken: 4001,
  replaced: 4002,
} as const;

/** Options of {@linkcode CameraPage}. */
export interface CameraPageOptions {
  /** Where its pictures go. */
  readonly camera: BrowserCamera;
  /** What the page calls itself: it may take its own place. */
  readonly id: string;
  /** Whether it takes another page's place. */
  readonly takesOver: boolean;
  /** Whether it may still send: the key may be another by now. */
  readonly mayStay: () => boolean;
  /** The monotonic clock, in microseconds. */
  readonly now: () => number;
  /** Aborted when the host ends. */
  readonly stop: AbortSignal;
}

/** A text from the page, as far as it is looked at. */
interface PageText {
  readonly type?: unknown;
  readonly t1?: unknown;
  readonly why?: unknown;
}

/**
 * One page.
 *
 * - Trust: what is no message, too long or too often ends it; nothing waits here to be read.
 */
export class CameraPage implements SendingPage {
  /** Who sends, of all pages. */
  static readonly #sending = new WeakMap<BrowserCamera, string>();
  readonly #socket: WebSocket;
  readonly #options: CameraPageOptions;
  readonly #mostMessages: number;
  #seat: PageSeat | undefined;
  #messages = 0;
  #countedFromMicros = 0;

  /** @param socket owned from here on */
  constructor(socket: WebSocket, options: CameraPageOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#mostMessages = 3 * options.camera.wanted.fps + SPARE_MESSAGES;
    socket.binaryType = "arraybuffer";
    const end = () => this.#close(CLOSED.ended, "the host was ended");
    socket.onopen = () => {
      if (options.stop.aborted) return end();
      options.stop.addEventListener("abort", end);
      this.#open();
    };
    socket.onmessage = ({ data }) => this.#take(data);
    // Behind it comes a close event in any case.
    socket.onerror = (event) => event.preventDefault();
    socket.onclose = () => {
      options.stop.removeEventListener("abort", end);
      this.#seat?.leave("its page was closed, or has lost the connection");
    };
  }

  /** Says whether pictures are wanted, and which. */
  want(isWanted: boolean): void {
    this.#say({ type: "wanted", isWanted, ...this.#options.camera.wanted });
  }

  /** Ends it. */
  replaced(): void {
    this.#seat = undefined;
    this.#close(CLOSED.replaced, "another page sends now");
  }

  #open(): void {
    const { camera, id, takesOver } = this.#options;
    if (camera.isTaken && !takesOver && CameraPage.#sending.get(camera) !== id) {
      return this.#close(CLOSED.taken, "another page sends");
    }
    CameraPage.#sending.set(camera, id);
    this.#seat = camera.admit(this);
  }

  #take(data: unknown): void {
    if (!this.#seat) return;
    if (!this.#options.mayStay()) this.#close(CLOSED.refused, "the host has a new key");
    else if (this.#isFlood()) this.#close(CLOSED.refused, "too many messages");
    else if (data instanceof ArrayBuffer) this.#takePicture(data);
    else if (typeof data === "string" && data.length <= MAX_TEXT_LENGTH) this.#takeText(data);
    else this.#close(CLOSED.tooLong, "a message is too long");
  }

  #isFlood(): boolean {
    const now = this.#options.now();
    if (now - this.#countedFromMicros > 1e6) {
      this.#countedFromMicros = now;
      this.#messages = 0;
    }
    return ++this.#messages > this.#mostMessages;
  }

  #takePicture(data: ArrayBuffer): void {
    const length = data.byteLength - TIME_BYTES;
    if (length <= 0) return this.#close(CLOSED.unsupported, "a message is no picture");
    if (length > MAX_JPEG_BYTES) return this.#close(CLOSED.tooLong, "a picture is too long");
    const capturedAtMicros = new DataView(data).getFloat64(0);
    this.#say({ type: "ack" });
    this.#seat!.offer(new Uint8Array(data, TIME_BYTES), capturedAtMicros);
  }

  #takeText(text: string): void {
    const t2 = this.#options.now();
    const { type, t1, why } = parse(text);
    if (type === "ping" && typeof t1 === "number") {
      return this.#say({ type: "pong", t1, t2, t3: this.#options.now() });
    }
    if (type === "trouble" && typeof why === "string") {
      return this.#seat!.trouble(printable(why.slice(0, MAX_REASON_LENGTH)));
    }
    this.#close(CLOSED.unsupported, "a message is not understood");
  }

  #say(message: Readonly<Record<string, unknown>>): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #close(code: number, reason: string): void {
    this.#seat?.leave(reason);
    this.#seat = undefined;
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close(code, reason);
  }
}

function parse(text: string): PageText {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
