// @ts-check
/**
 * One connection to the host, as a guest.
 *
 * @module
 */

import { decodeFrame, decodeJson, encodeAck, encodeJson, Type } from "./protocol.js";
import { Talk } from "./talk.js";

/**
 * @typedef {ReturnType<typeof decodeFrame> & { arrivedAtMs: number }} Frame
 *
 * @typedef {object} SessionEvents
 * @property {(welcome: any) => void} onWelcome
 * @property {(camera: string, why?: string) => void} onCamera
 * @property {(frame: Frame) => void} onFrame
 * @property {(end: { why: string, retry: boolean }) => void} onEnd called once
 */

/** Takes pictures until either side ends it. */
export class Session {
  #talk;
  #events;

  /** @param {SessionEvents} events */
  constructor(events) {
    this.#events = events;
    this.#talk = new Talk({
      onMessage: (message) => this.#handle(message),
      onEnd: (end) => events.onEnd(end),
    });
  }

  /** The host's clock. */
  get clock() {
    return this.#talk.clock;
  }

  /** What carries it, while it is connected. */
  get over() {
    return this.#talk.over;
  }

  /**
   * Connects, and says HELLO.
   *
   * @param {string | undefined} camera which of the host's; the first where it is left out
   * @throws {import("./link.js").KeyNeeded | Error}
   */
  async open(camera) {
    const hello = { versions: [1], program: "the page in a browser", camera };
    await this.#talk.open({ path: "connection" }, encodeJson(Type.HELLO, hello));
  }

  /** Leaves. @param {string} reason */
  leave(reason) {
    this.#talk.leave(reason);
  }

  /** @param {import("./protocol.js").Message} message */
  #handle({ type, payload }) {
    switch (type) {
      case Type.WELCOME:
        return this.#events.onWelcome(decodeJson(payload));
      case Type.STATUS: {
        const { camera, why } = decodeJson(payload);
        return this.#events.onCamera(camera, why);
      }
      case Type.FRAME: {
        const frame = { ...decodeFrame(payload), arrivedAtMs: performance.now() };
        this.#talk.send(encodeAck(frame.sequence));
        return this.#events.onFrame(frame);
      }
    }
  }
}
