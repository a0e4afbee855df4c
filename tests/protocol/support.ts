/** Messages, streams and ways to cut them, for the tests of the protocol. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { CaptureVideoError } from "../../lib/flow/errors.ts";
import { printable, shorten } from "../../lib/text/printable.ts";
import {
  CAMERA_STATES,
  decodeHeader,
  decodeMessage,
  encodeHeader,
  type GuestMessage,
  HEADER_BYTES,
  type HostMessage,
  LISTED_STATES,
  MAX_CHARACTERS,
  MAX_VERSIONS,
  type Message,
  MessageDecoder,
  type Sender,
} from "./all.ts";

/** One message of each type that a guest may send. */
export const GUEST_MESSAGES: readonly GuestMessage[] = [
  {
    type: "hello",
    versions: [1, 2],
    program: "test 1.0",
    maxFps: 12.5,
    view: { width: 1, height: 65_535 },
    camera: "desk",
    list: true,
  },
  { type: "ack", sequence: 0xfffefdfc },
  { type: "ping", t1: 1_234_567_890_123 },
  { type: "pong", t1: 1, t2: 2 ** 40, t3: Number.MAX_SAFE_INTEGER },
  { type: "bye", reason: "enough seen" },
  { type: "nonce", nonce: new Uint8Array(32).fill(1) },
  { type: "proof", proof: new Uint8Array(32).fill(2) },
  { type: "view", view: { width: 640, height: 360 } },
  { type: "want", isWanted: true, width: 1280, height: 720, fps: 12.5, quality: 80 },
];

/** One message of each type that a host may send. */
export const HOST_MESSAGES: readonly HostMessage[] = [
  {
    type: "welcome",
    version: 1,
    host: "garden",
    source: { description: "camera 0", width: 1280, height: 720, fps: 29.97, format: "mjpg" },
    views: true,
    camera: "desk",
    cameras: [
      { name: "front", state: "lost", description: "camera 2" },
      { name: "desk", state: "live", description: "camera 0" },
    ],
  },
  {
    type: "frame",
    sequence: 4_000_000_000,
    capturedAtMicros: 987_654_321_012,
    jpeg: Uint8Array.of(0xff, 0xd8, 1, 2, 3, 0xff, 0xd9),
  },
  { type: "ping", t1: 0 },
  { type: "pong", t1: 3, t2: 2, t3: 1 },
  { type: "status", camera: "lost", why: "unplugged" },
  { type: "bye", reason: "", retry: false, private: true },
  { type: "nonce", nonce: new Uint8Array(32).fill(3) },
  { type: "proof", proof: new Uint8Array(32).fill(4) },
];

/** The side that sends each of the messages above. */
export const ALL_MESSAGES: ReadonlyArray<readonly [Sender, Message]> = [
  ...GUEST_MESSAGES.map((message) => ["guest", message] as const),
  ...HOST_MESSAGES.map((message) => ["host", message] as const),
];

/** Everything that the pieces decode to, read to the end. */
export function decodeAll(from: Sender, pieces: Iterable<Uint8Array>): Message[] {
  const decoder = new MessageDecoder<Sender>({ from });
  const messages: Message[] = [];
  for (const piece of pieces) messages.push(...decoder.push(piece));
  assert.ok(decoder.isBetweenMessages);
  return messages;
}

/** The arrays in one. */
export function concat(...arrays: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(arrays.reduce((bytes, array) => bytes + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}

/** The bytes one at a time, each in an array that is overwritten when the next is asked for. */
export function* byteByByte(bytes: Uint8Array): Generator<Uint8Array> {
  const one = new Uint8Array(1);
  for (const byte of bytes) {
    one[0] = byte;
    yield one;
  }
}

/** The bytes cut at the given fractions of their length. */
export function cutAt(bytes: Uint8Array, fractions: readonly number[]): Uint8Array[] {
  const ends = [...fractions.map((part) => Math.floor(part * bytes.length)), bytes.length];
  ends.sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

/** Matches a fault of the peer with exactly this text, for `assert.throws`. */
export function protocolFault(message: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof CaptureVideoError && error.code === "protocol" &&
    error.message === `Cannot read message: ${message}`;
}

/** An object with all of these fields. */
function record<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(fields, { noNullPrototype: true });
}

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const micros = fc.maxSafeNat();

/** Text as it comes out of a decoder: printable and within its limit. */
function text(maxCharacters: number): fc.Arbitrary<string> {
  return fc.string({ unit: "binary", maxLength: maxCharacters })
    .map((any) => shorten(printable(any), maxCharacters));
}

/** JSON has no negative zero. */
const positive = fc.double({ min: Number.MIN_VALUE, noDefaultInfinity: true, noNaN: true });

const anyPing = record({ type: fc.constant("ping" as const), t1: micros });
const anyPong = record({
  type: fc.constant("pong" as const),
  t1: micros,
  t2: micros,
  t3: micros,
});
const anySide = fc.integer({ min: 1, max: 65_535 });
const anyView = record({ width: anySide, height: anySide });
const anyBye = record({
  type: fc.constant("bye" as const),
  reason: text(MAX_CHARACTERS.reason),
});

/** Any message that a guest may send. */
export const anyGuestMessage: fc.Arbitrary<GuestMessage> = fc.oneof(
  fc.record({
    type: fc.constant("hello" as const),
    versions: fc.array(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: MAX_VERSIONS }),
    program: text(MAX_CHARACTERS.program),
    maxFps: positive,
    view: anyView,
    camera: text(MAX_CHARACTERS.camera),
    list: fc.boolean(),
  }, { requiredKeys: ["type", "versions", "program"], noNullPrototype: true }) as fc.Arbitrary<
    GuestMessage
  >,
  record({ type: fc.constant("ack" as const), sequence: u32 }),
  anyPing,
  anyPong,
  anyBye,
  record({
    ...{ type: fc.constant("want" as const), isWanted: fc.boolean() },
    ...{
      width: anySide,
      height: anySide,
      fps: positive,
      quality: fc.integer({ min: 0, max: 100 }),
    },
  }),
  fc.record({ type: fc.constant("view" as const), view: anyView }, {
    requiredKeys: ["type"],
    noNullPrototype: true,
  }) as fc.Arbitrary<GuestMessage>,
);

/** Any message that a host may send. */
export const anyHostMessage: fc.Arbitrary<HostMessage> = fc.oneof(
  fc.record({
    type: fc.constant("welcome" as const),
    version: fc.integer({ min: 1, max: 255 }),
    host: text(MAX_CHARACTERS.host),
    source: record({
      description: text(MAX_CHARACTERS.description),
      width: fc.integer({ min: 0, max: 65_535 }),
      height: fc.integer({ min: 0, max: 65_535 }),
      fps: fc.oneof(fc.constant(0), positive),
      format: text(MAX_CHARACTERS.format),
    }),
    camera: text(MAX_CHARACTERS.camera),
    cameras: fc.array(
      record({
        name: text(MAX_CHARACTERS.camera),
        state: fc.constantFrom(...LISTED_STATES),
        description: text(MAX_CHARACTERS.description),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  }, {
    requiredKeys: ["type", "version", "host", "source"],
    noNullPrototype: true,
  }) as fc.Arbitrary<HostMessage>,
  record({
    type: fc.constant("frame" as const),
    sequence: u32,
    capturedAtMicros: micros,
    jpeg: fc.uint8Array({ minLength: 2, maxLength: 2_000 }),
  }),
  fc.record({
    type: fc.constant("status" as const),
    camera: fc.constantFrom(...CAMERA_STATES),
    why: text(MAX_CHARACTERS.why),
  }, { requiredKeys: ["type", "camera"], noNullPrototype: true }) as fc.Arbitrary<HostMessage>,
  anyPing,
  anyPong,
  anyBye,
);

/** Where to cut a stream, for {@linkcode cutAt}. */
export const anyCuts: fc.Arbitrary<number[]> = fc.array(
  fc.double({ min: 0, max: 1, noNaN: true }),
  { maxLength: 40 },
);

/** A message that this version does not know. */
export function unknownMessage(type: number, payloadBytes: number): Uint8Array {
  return concat(encodeHeader({ type, payloadBytes }), new Uint8Array(payloadBytes).fill(0x43));
}

/** What came out before the fault, and the fault. */
export function decodeUntilFault(from: Sender, pieces: Iterable<Uint8Array>): [Message[], unknown] {
  const decoder = new MessageDecoder<Sender>({ from });
  const messages: Message[] = [];
  try {
    for (const piece of pieces) {
      for (const message of decoder.push(piece)) messages.push(message);
    }
  } catch (fault) {
    return [messages, fault];
  }
  return [messages, undefined];
}

/** Whether a fault says that the bytes are not the protocol. */
export function isProtocolFault(fault: unknown): boolean {
  return fault instanceof CaptureVideoError && fault.code === "protocol";
}

/** What a single whole message decodes to; `undefined` where its type is not known. */
export function decodeOne(bytes: Uint8Array): Message | undefined {
  return decodeMessage(decodeHeader(bytes), bytes, HEADER_BYTES);
}

/** A message of the type with this text for a payload. */
export function withText(type: number, text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  return concat(encodeHeader({ type, payloadBytes: payload.length }), payload);
}

/** A message of the type with this value for a payload, in JSON. */
export function withJson(type: number, value: unknown): Uint8Array {
  return withText(type, JSON.stringify(value));
}
