// @ts-check
/**
 * A connection that speaks the protocol, as it is the same for a page that shows pictures and for
 * one that sends them.
 *
 * @module
 */

import { HostClock, nowMicros } from "./host_clock.js";
import { connect } from "./link.js";
import { decodeJson, decodeTimes, encodeJson, encodeTimes, Messages, Type } from "./protocol.js";

/** Nothing heard for so long means that the connection is dead, in milliseconds. */
const SILENCE_MS = 6000;

/** How often the host's clock is asked for, in milliseconds, and how often at first. */
const PING_EVERY_MS = 2000;
const FIRST_PING_MS = 100;

/**
 * @typedef {import("./protocol.js").Message} Message
 *
 * @typedef {object} TalkEvents
 * @property {(message: Message) => void} onMessage all but PING, PONG and BYE
 * @property {(end: { why: string, retry: boolean }) => void} onEnd called once
 */

/** Speaks until either side ends it: knows the host's clock, and when the host has fallen silent. */
export class Talk {
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

  /** @param {TalkEvents} events */
  constructor(events) {
    this.#events = events;
  }

  /** What carries it, while it is connected. */
  get over() {
    return this.#ended ? undefined : this.#link?.over;
  }

  /**
   * Connects.
   *
   * @param {import("./link.js").Address} address
   * @param {Uint8Array<ArrayBuffer>} [hello] what is said before all else
   * @throws {import("./link.js").KeyNeeded | Error}
   */
  async open(address, hello) {
    try {
      const link = await connect(address, {
        onBytes: (bytes) => this.#take(bytes),
        onEnd: (why) => this.#end({ why, retry: true }),
      });
      this.#link = link;
      this.#heardAtMs = performance.now();
      // It may have been ended meanwhile.
      if (this.#ended) return link.close();
      if (hello) link.send(hello);
      this.#ping();
    } catch (error) {
      this.#stop();
      throw error;
    }
  }

  /** @param {Uint8Array<ArrayBuffer>} message */
  send(message) {
    if (!this.#ended) this.#link?.send(message);
  }

  /** Leaves. @param {string} reason */
  leave(reason) {
    this.send(encodeJson(Type.BYE, { reason }));
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

  /** @param {Message} message @param {number} atMicros */
  #handle(message, atMicros) {
    const { type, payload } = message;
    switch (type) {
      case Type.PING: {
        const [t1 = 0] = decodeTimes(payload);
        return this.send(encodeTimes(Type.PONG, [t1, atMicros, nowMicros()]));
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
      default:
        return this.#events.onMessage(message);
    }
  }

  #ping() {
    if (this.#ended) return;
    this.#pingedAtMicros = nowMicros();
    this.send(encodeTimes(Type.PING, [this.#pingedAtMicros]));
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
