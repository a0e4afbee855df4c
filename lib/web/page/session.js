// @ts-check
/**
 * One connection to the host, as a guest.
 *
 * @module
 */

import { HostClock, nowMicros } from "./host_clock.js";
import { connect } from "./link.js";
import {
  decodeFrame,
  decodeJson,
  decodeTimes,
  encodeAck,
  encodeJson,
  encodeTimes,
  Messages,
  Type,
} from "./protocol.js";

/** Nothing heard for so long means that the connection is dead, in milliseconds. */
const SILENCE_MS = 6000;

/** How often the host's clock is asked for, in milliseconds, and how often at first. */
const PING_EVERY_MS = 2000;
const FIRST_PING_MS = 100;

/**
 * @typedef {{ sequence: number, capturedAtMicros: number, jpeg: Uint8Array<ArrayBuffer> }} Frame
 *
 * @typedef {object} SessionEvents
 * @property {(welcome: any) => void} onWelcome
 * @property {(camera: string, why?: string) => void} onCamera
 * @property {(frame: Frame) => void} onFrame
 * @property {(end: { why: string, retry: boolean }) => void} onEnd called once
 */

/** Speaks the protocol until either side ends it. */
export class Session {
  /** The host's clock. */
  clock = new HostClock();
  #messages = new Messages();
  #events;
  /** @type {import("./link.js").Link | undefined} */
  #link;
  #ended = false;
  #heardAtMs = performance.now();
  #pingedAtMicros = 0;
  #pingEveryMs = FIRST_PING_MS;
  #looking = setInterval(() => this.#look(), 500);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pinging;

  /** @param {SessionEvents} events */
  constructor(events) {
    this.#events = events;
  }

  /** What carries it, once it is connected. */
  get over() {
    return this.#link?.over;
  }

  /** Connects, and says HELLO. @throws {import("./link.js").KeyNeeded | Error} */
  async open() {
    try {
      const link = await connect({
        onBytes: (bytes) => this.#take(bytes),
        onEnd: (why) => this.#end({ why, retry: true }),
      });
      this.#link = link;
      this.#heardAtMs = performance.now();
      // It may have been ended meanwhile.
      if (this.#ended) return link.close();
      link.send(encodeJson(Type.HELLO, { versions: [1], program: "the page in a browser" }));
      this.#ping();
    } catch (error) {
      this.#stop();
      throw error;
    }
  }

  /** Leaves. @param {string} reason */
  leave(reason) {
    this.#link?.send(encodeJson(Type.BYE, { reason }));
    this.#stop();
    this.#link?.close();
  }

  /** @param {Uint8Array} bytes */
  #take(bytes) {
    if (this.#ended) return;
    this.#heardAtMs = performance.now();
    const atMicros = nowMicros();
    try {
      for (const message of this.#messages.push(bytes)) {
        this.#handle(message, atMicros);
        if (this.#ended) return;
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.leave(why);
      this.#events.onEnd({ why, retry: true });
    }
  }

  /** @param {import("./protocol.js").Message} message @param {number} atMicros */
  #handle({ type, payload }, atMicros) {
    const { onWelcome, onCamera, onFrame } = this.#events;
    switch (type) {
      case Type.WELCOME:
        return onWelcome(decodeJson(payload));
      case Type.STATUS: {
        const { camera, why } = decodeJson(payload);
        return onCamera(camera, why);
      }
      case Type.FRAME: {
        const frame = decodeFrame(payload);
        this.#link?.send(encodeAck(frame.sequence));
        return onFrame(frame);
      }
      case Type.PING: {
        const [t1 = 0] = decodeTimes(payload);
        return this.#link?.send(encodeTimes(Type.PONG, [t1, atMicros, nowMicros()]));
      }
      case Type.PONG: {
        const [t1 = 0, t2 = 0, t3 = 0] = decodeTimes(payload);
        if (t1 === this.#pingedAtMicros) this.clock.measured({ t1, t2, t3, t4: atMicros });
        return;
      }
      case Type.BYE: {
        const { reason, retry } = decodeJson(payload);
        return this.#end({ why: String(reason), retry: retry !== false });
      }
    }
  }

  #ping() {
    if (this.#ended) return;
    this.#pingedAtMicros = nowMicros();
    this.#link?.send(encodeTimes(Type.PING, [this.#pingedAtMicros]));
    this.#pinging = setTimeout(() => this.#ping(), this.#pingEveryMs);
    this.#pingEveryMs = Math.min(2 * this.#pingEveryMs, PING_EVERY_MS);
  }

  #look() {
    if (performance.now() - this.#heardAtMs > SILENCE_MS && this.#link) {
      this.#end({ why: "the host has fallen silent", retry: true });
    }
  }

  /** @param {{ why: string, retry: boolean }} end */
  #end(end) {
    if (this.#ended) return;
    this.#stop();
    this.#link?.close();
    this.#events.onEnd(end);
  }

  #stop() {
    this.#ended = true;
    clearInterval(this.#looking);
    clearTimeout(this.#pinging);
  }
}
