// @ts-check
/**
 * One connection of the page that lends its camera: it speaks as a host does that has welcomed its
 * guest.
 *
 * @module
 */

import { nowMicros } from "./host_clock.js";
import { decodeJson, encodeFrame, encodeJson, Type } from "./protocol.js";
import { Talk } from "./talk.js";

/** So many pictures may be under way. */
const MAX_UNDER_WAY = 2;

/**
 * @typedef {{ isWanted: boolean, width: number, height: number, fps: number, quality: number }} Wanted
 *
 * @typedef {object} CameraSessionEvents
 * @property {(wanted: Wanted) => void} onWanted
 * @property {(end: { why: string, retry: boolean }) => void} onEnd called once
 */

/** Sends pictures until either side ends it. */
export class CameraSession {
  #talk;
  #sequence = 0;
  #underWay = 0;

  /** @param {CameraSessionEvents} events */
  constructor({ onWanted, onEnd }) {
    this.#talk = new Talk({
      onMessage: ({ type, payload }) => {
        if (type === Type.ACK) this.#underWay--;
        else if (type === Type.WANT) onWanted(decodeJson(payload));
      },
      onEnd,
    });
  }

  /** What carries it, while it is connected. */
  get over() {
    return this.#talk.over;
  }

  /** Whether a picture can be sent now: there is room for one, and the host's time is known. */
  get isReady() {
    return this.over !== undefined && this.#underWay < MAX_UNDER_WAY &&
      this.#talk.clock.roundTripMicros !== undefined;
  }

  /** Connects. @param {string} query who the page is @throws {import("./link.js").KeyNeeded | Error} */
  async open(query) {
    await this.#talk.open({ path: "camera/connection", query });
  }

  /** @param {Uint8Array} jpeg @param {number} capturedAtMicros in our own clock */
  sendPicture(jpeg, capturedAtMicros) {
    const sinceZeroMs = this.#talk.clock.ageMs(0);
    if (sinceZeroMs === undefined) return;
    const hostMicros = sinceZeroMs * 1000 - (nowMicros() - capturedAtMicros);
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#underWay++;
    this.#talk.send(encodeFrame(this.#sequence, Math.max(0, hostMicros), jpeg));
  }

  /** Says why no picture comes. @param {string} why */
  haveTrouble(why) {
    this.#talk.send(encodeJson(Type.STATUS, { camera: "lost", why: why.slice(0, 200) }));
  }

  /** Leaves. @param {string} reason */
  leave(reason) {
    this.#talk.leave(reason);
  }
}
