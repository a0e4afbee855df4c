// @ts-check
/**
 * The protocol's messages, as docs/protocol.md has them: what a guest reads and says.
 *
 * @module
 */

/** The numbers of the message types. */
export const Type = /** @type {const} */ ({
  ...{ HELLO: 1, WELCOME: 2, FRAME: 3, ACK: 4, PING: 5, PONG: 6, STATUS: 7, BYE: 8, WANT: 12 },
});

const HEADER_BYTES = 12;
const MAGIC_AND_VERSION = 0x435601;
const MAX_FRAME_BYTES = 16 * 1024 * 1024;
const MAX_OTHER_BYTES = 64 * 1024;

/**
 * @typedef {{ type: number, payload: Uint8Array<ArrayBuffer> }} Message
 * A message that has come whole; the payload shares memory with nothing else.
 */

/** Cuts what comes into messages; a length is checked before memory is taken for it. */
export class Messages {
  #header = new Uint8Array(HEADER_BYTES);
  /** @type {Message | undefined} */
  #begun;
  #filled = 0;

  /**
   * The messages that a piece completes.
   *
   * @param {Uint8Array} piece
   * @returns {Generator<Message, void>}
   */
  *push(piece) {
    for (let at = 0; at < piece.length || this.#begun?.payload.length === this.#filled;) {
      const into = this.#begun?.payload ?? this.#header;
      const part = piece.subarray(at, at + into.length - this.#filled);
      into.set(part, this.#filled);
      at += part.length;
      this.#filled += part.length;
      if (this.#filled < into.length) return;
      this.#filled = 0;
      const message = this.#begun;
      this.#begun = message ? undefined : this.#begin();
      if (message) yield message;
    }
  }

  #begin() {
    const view = new DataView(this.#header.buffer);
    if (view.getUint32(0) >>> 8 !== MAGIC_AND_VERSION) throw new Error("the host speaks otherwise");
    const type = view.getUint8(3);
    const length = view.getUint32(8);
    const most = type === Type.FRAME ? MAX_FRAME_BYTES : MAX_OTHER_BYTES;
    if (length > most) throw new Error("the host's message is too long");
    return { type, payload: new Uint8Array(length) };
  }
}

/**
 * A message in bytes.
 *
 * @param {number} type
 * @param {Uint8Array} payload
 */
export function encode(type, payload) {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC_AND_VERSION * 256 + type);
  view.setUint32(8, payload.length);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** @param {number} type @param {unknown} content */
export function encodeJson(type, content) {
  return encode(type, new TextEncoder().encode(JSON.stringify(content)));
}

/** @param {number} sequence @param {number} capturedAtMicros @param {Uint8Array} jpeg */
export function encodeFrame(sequence, capturedAtMicros, jpeg) {
  const payload = new Uint8Array(12 + jpeg.length);
  const view = new DataView(payload.buffer);
  view.setUint32(0, sequence);
  view.setBigUint64(4, BigInt(Math.trunc(capturedAtMicros)));
  payload.set(jpeg, 12);
  return encode(Type.FRAME, payload);
}

/** @param {number} sequence */
export function encodeAck(sequence) {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, sequence);
  return encode(Type.ACK, payload);
}

/**
 * PING or PONG: times in microseconds, whole.
 *
 * @param {number} type @param {readonly number[]} times
 */
export function encodeTimes(type, times) {
  const payload = new Uint8Array(8 * times.length);
  const view = new DataView(payload.buffer);
  times.forEach((time, n) => view.setBigUint64(8 * n, BigInt(Math.trunc(time))));
  return encode(type, payload);
}

/** @param {Uint8Array} payload @returns {number[]} */
export function decodeTimes(payload) {
  const view = viewOf(payload);
  return Array.from({ length: payload.length / 8 }, (_, n) => Number(view.getBigUint64(8 * n)));
}

/** @param {Uint8Array<ArrayBuffer>} payload */
export function decodeFrame(payload) {
  if (payload.length < 14) throw new Error("the host's picture is too short");
  const view = viewOf(payload);
  const sequence = view.getUint32(0);
  return { sequence, capturedAtMicros: Number(view.getBigUint64(4)), jpeg: payload.subarray(12) };
}

/** @param {Uint8Array} payload @returns {any} */
export function decodeJson(payload) {
  return JSON.parse(new TextDecoder().decode(payload));
}

/** @param {Uint8Array} payload */
function viewOf(payload) {
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
}
