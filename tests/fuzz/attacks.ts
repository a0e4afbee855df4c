/**
 * What somebody who means harm, or a program gone wrong, sends: to a host and to a guest.
 *
 * @module
 */

import { encodeHeader, encodeMessage, MessageType } from "../protocol/all.ts";
import { fixture, FIXTURES } from "../jpeg/support.ts";
import { concat, GUEST_MESSAGES, HOST_MESSAGES } from "../protocol/support.ts";
import { mutate, type Random } from "./mutate.ts";

/** What happens on one hostile connection. */
export interface Attack {
  /** What is sent, in this order; none: nothing is said at all. */
  readonly pieces: readonly Uint8Array[];
  /** What follows: listening for a moment, an end of one's own sending, or closing at once. */
  readonly then: "listen" | "half-close" | "close";
}

/** Makes an attack; what it does depends on the random numbers alone. */
export type AttackMaker = (random: Random) => Attack;

const HELLO = encodeMessage({ type: "hello", versions: [1], program: "hostile" });
const SOURCE = { description: "hostile", width: 320, height: 240, fps: 30, format: "" };
const WELCOME = concat(
  encodeMessage({ type: "welcome", version: 1, host: "hostile", source: SOURCE }),
  encodeMessage({ type: "status", camera: "live" }),
);
const GUEST_CORPUS = GUEST_MESSAGES.map(encodeMessage);
const HOST_CORPUS = HOST_MESSAGES.map(encodeMessage);
const JPEGS = FIXTURES.map((name) => fixture(name));

/** What a host has to bear, by name. */
export const ON_HOST: Readonly<Record<string, AttackMaker>> = {
  "random bytes": (random) => listen(random.bytes(1 + random.below(4000))),
  "HELLO, then garbage": (random) => listen(HELLO, random.bytes(1 + random.below(4000))),
  "damaged messages": (random) => listen(HELLO, mutate(GUEST_CORPUS, random)),
  "huge lengths": (random) => listen(...random.pick([[], [HELLO]]), hugeLength(random)),
  "frames from a guest": (random) => listen(HELLO, frame(random, random.pick(JPEGS))),
  "ACKs of frames never sent": (random) => listen(HELLO, ...many(200, () => ack(random))),
  "PING flood": () => listen(HELLO, concat(...many(3000, (t1) => ping(t1)))),
  "HELLO flood": (random) => listen(concat(...many(1 + random.below(300), () => HELLO))),
  "one byte at a time": (random) => listen(...bytesOf(random.pick([HELLO, random.bytes(30)]))),
  "connect and close": () => ({ pieces: [], then: "close" }),
  "HELLO and close": () => ({ pieces: [HELLO], then: "close" }),
  "half-close": (random) => ({ pieces: [part(HELLO, random)], then: "half-close" }),
  "PONGs to no PING": (random) => listen(HELLO, ...many(50, () => pong(random))),
  silence: () => listen(),
};

/** What a guest has to bear, by name. */
export const ON_GUEST: Readonly<Record<string, AttackMaker>> = {
  "random bytes": (random) => listen(random.bytes(1 + random.below(4000))),
  "WELCOME, then garbage": (random) => listen(WELCOME, random.bytes(1 + random.below(4000))),
  "damaged messages": (random) => listen(WELCOME, mutate(HOST_CORPUS, random)),
  "huge lengths": (random) => listen(...random.pick([[], [WELCOME]]), hugeLength(random)),
  "a frame cut short": (random) => ({
    pieces: [WELCOME, part(frame(random, random.pick(JPEGS)), random)],
    then: "close",
  }),
  "damaged JPEGs": (random) =>
    listen(WELCOME, ...many(20, (n) => frame(random, damagedJpeg(random), n))),
  "frames in no order": (random) =>
    listen(WELCOME, ...many(20, () => frame(random, random.pick(JPEGS)))),
  "frames of any time": (random) =>
    listen(WELCOME, ...many(20, (n) => frame(random, random.pick(JPEGS), n))),
  "frames before WELCOME": (random) => listen(frame(random, random.pick(JPEGS)), WELCOME),
  "damaged JPEGs, bare": (random) =>
    listen(concat(Uint8Array.of(0xff, 0xd8), mutate(JPEGS, random))),
  "PING flood": () => listen(WELCOME, concat(...many(3000, (t1) => ping(t1)))),
  "WELCOME flood": (random) => listen(concat(...many(1 + random.below(300), () => WELCOME))),
  "one byte at a time": (random) => listen(...bytesOf(random.pick([WELCOME, random.bytes(30)]))),
  "accept and close": () => ({ pieces: [], then: "close" }),
  "half-close": (random) => ({ pieces: [part(WELCOME, random)], then: "half-close" }),
  "PONGs to no PING": (random) => listen(WELCOME, ...many(50, () => pong(random))),
};

function listen(...pieces: readonly Uint8Array[]): Attack {
  return { pieces, then: "listen" };
}

function many<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function bytesOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (byte) => Uint8Array.of(byte));
}

/** The beginning of a message, not the whole of it. */
function part(bytes: Uint8Array, random: Random): Uint8Array {
  return bytes.subarray(0, random.below(bytes.length));
}

function u32(random: Random): number {
  return random.below(2 ** 32);
}

function ack(random: Random): Uint8Array {
  return encodeMessage({ type: "ack", sequence: u32(random) });
}

function ping(t1: number): Uint8Array {
  return encodeMessage({ type: "ping", t1 });
}

function pong(random: Random): Uint8Array {
  return encodeMessage({ type: "pong", t1: u32(random), t2: u32(random), t3: u32(random) });
}

function frame(random: Random, jpeg: Uint8Array, sequence = u32(random)): Uint8Array {
  const capturedAtMicros = random.pick([0, u32(random), Number.MAX_SAFE_INTEGER]);
  return encodeMessage({ type: "frame", sequence, capturedAtMicros, jpeg });
}

/** Something that was a JPEG, and still looks like one at both ends. */
function damagedJpeg(random: Random): Uint8Array {
  return concat(Uint8Array.of(0xff, 0xd8), mutate(JPEGS, random), Uint8Array.of(0xff, 0xd9));
}

/** A header that announces far more than may come, as lengths go up to 4 GiB. */
function hugeLength(random: Random): Uint8Array {
  const type = random.pick([...Object.values(MessageType), 99]);
  const header = encodeHeader({ type: MessageType.ACK, payloadBytes: 4 });
  header[3] = type;
  header.set([random.pick([0x7f, 0x80, 0xff]), 0xff, 0xff, 0xff], 8);
  return concat(header, random.bytes(200));
}
