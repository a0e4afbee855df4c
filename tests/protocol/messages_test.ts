import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeHeader, HEADER_BYTES, MessageType } from "../../lib/protocol/header.ts";
import {
  decodeMessage,
  encodeMessage,
  FRAME_PREFIX_BYTES,
  MAX_CHARACTERS,
  type Message,
  writeFramePrefix,
} from "../../lib/protocol/messages.ts";
import { ALL_MESSAGES, anyGuestMessage, anyHostMessage, concat, protocolFault } from "./support.ts";
import { decodeOne, withJson, withText } from "./support.ts";

for (const [from, message] of ALL_MESSAGES) {
  Deno.test(`decodeMessage() gives back the ${message.type} of a ${from}`, () => {
    assert.deepEqual(decodeOne(encodeMessage(message)), message);
  });
}

Deno.test("decodeMessage() reads a payload amid other bytes", () => {
  const others = new Uint8Array(7).fill(0xee);
  for (const [, message] of ALL_MESSAGES) {
    const bytes = encodeMessage(message);
    const amid = concat(others, bytes, others);
    const offset = others.length + HEADER_BYTES;
    assert.deepEqual(decodeMessage(decodeHeader(bytes), amid, offset), message);
  }
});

Deno.test("decodeMessage() gives back any message", () => {
  fc.assert(fc.property(fc.oneof(anyGuestMessage, anyHostMessage), (message) => {
    assert.deepEqual(decodeOne(encodeMessage(message)), message);
  }));
});

Deno.test("encodeMessage() lays out the numbers of ACK, PING and PONG big-endian", () => {
  const payload = (message: Message) => [...encodeMessage(message).subarray(HEADER_BYTES)];
  assert.deepEqual(payload({ type: "ack", sequence: 0x01020304 }), [1, 2, 3, 4]);
  assert.deepEqual(payload({ type: "ping", t1: 0x01_0203_0405_0607 }), [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(
    payload({ type: "pong", t1: 1, t2: 2 ** 32, t3: 3 }),
    [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3],
  );
});

Deno.test("writeFramePrefix() makes of a buffer what encodeMessage() makes of the message", () => {
  const jpeg = Uint8Array.of(0xff, 0xd8, 9, 8, 7, 0xff, 0xd9);
  const buffer = concat(new Uint8Array(FRAME_PREFIX_BYTES).fill(0xee), jpeg);
  writeFramePrefix(buffer, 77, 123_456_789.9);
  assert.deepEqual(
    buffer,
    new Uint8Array(
      encodeMessage({ type: "frame", sequence: 77, capturedAtMicros: 123_456_789, jpeg }),
    ),
  );
  assert.equal(FRAME_PREFIX_BYTES, 24);
});

Deno.test("writeFramePrefix() refuses an empty and an overlong JPEG", () => {
  assert.throws(() => writeFramePrefix(new Uint8Array(25), 0, 0), RangeError);
  assert.throws(() => writeFramePrefix(new Uint8Array(12 + 16_777_217), 0, 0), RangeError);
  writeFramePrefix(new Uint8Array(26), 0, 0);
  writeFramePrefix(new Uint8Array(12 + 16_777_216), 0, 0);
});

Deno.test("encodeMessage() refuses numbers that do not fit their field", () => {
  for (const sequence of [-1, 0.5, 2 ** 32, NaN]) {
    assert.throws(() => encodeMessage({ type: "ack", sequence }), {
      name: "RangeError",
      message:
        `Cannot write message: sequence ${sequence} is not a whole number from 0 to 2^32 - 1`,
    });
  }
  for (const t1 of [-1, 2 ** 53, Infinity, NaN]) {
    assert.throws(() => encodeMessage({ type: "ping", t1 }), {
      name: "RangeError",
      message: `Cannot write message: a time of ${t1} µs is not from 0 to 2^53 - 1 µs`,
    });
  }
});

Deno.test("encodeMessage() refuses what no receiver would take", () => {
  const source = { description: "", width: 0, height: 0, fps: 0, format: "" };
  const wrong: readonly Message[] = [
    { type: "hello", versions: [], program: "p" },
    { type: "hello", versions: [1.5], program: "p" },
    { type: "hello", versions: [1], program: "p", maxFps: 0 },
    { type: "hello", versions: [1], program: "p", maxFps: Infinity },
    { type: "welcome", version: 0, host: "", source },
    { type: "welcome", version: 1, host: "", source: { ...source, width: 65_536 } },
    { type: "welcome", version: 1, host: "", source: { ...source, fps: NaN } },
    { type: "status", camera: "asleep" as "live" },
  ];
  for (const message of wrong) assert.throws(() => encodeMessage(message), TypeError);
});

Deno.test("encodeMessage() makes text printable and cuts it to its limit", () => {
  const long = "é".repeat(600);
  const [bye] = [decodeOne(encodeMessage({ type: "bye", reason: `a\nb${long}` }))];
  assert.deepEqual(bye, { type: "bye", reason: `a b${"é".repeat(496)}…` });
  const texts = { description: long, width: 1, height: 2, fps: 3, format: long };
  const welcome = decodeOne(
    encodeMessage({ type: "welcome", version: 1, host: long, source: texts }),
  );
  assert.ok(welcome?.type === "welcome");
  assert.equal(welcome.host.length, MAX_CHARACTERS.host);
  assert.equal(welcome.source.description.length, MAX_CHARACTERS.description);
  assert.equal(welcome.source.format.length, MAX_CHARACTERS.format);
  const status = decodeOne(encodeMessage({ type: "status", camera: "lost", why: long }));
  assert.ok(status?.type === "status");
  assert.equal(status.why?.length, MAX_CHARACTERS.why);
  const hello = decodeOne(encodeMessage({ type: "hello", versions: [1], program: long }));
  assert.ok(hello?.type === "hello");
  assert.equal(hello.program.length, MAX_CHARACTERS.program);
});

Deno.test("encodeMessage() sends the fields of the protocol and no others", () => {
  const extended = { type: "bye", reason: "r", secret: 1 } as const;
  const text = new TextDecoder().decode(encodeMessage(extended).subarray(HEADER_BYTES));
  assert.equal(text, '{"reason":"r"}');
});

Deno.test("decodeMessage() makes text from the network printable", () => {
  const dangerous = "a\x1b[31m\r\n\0\x7f\x9b\u2028\u202e\ud800z";
  assert.deepEqual(decodeOne(withJson(MessageType.BYE, { reason: dangerous })), {
    type: "bye",
    reason: "a\uFFFD[31m \uFFFD\uFFFD\uFFFD \uFFFD\uFFFDz",
  });
});

Deno.test("decodeMessage() ignores unknown keys", () => {
  const extended = { reason: "r", until: 5, __proto__: null, more: { deep: [1] } };
  assert.deepEqual(decodeOne(withJson(MessageType.BYE, extended)), { type: "bye", reason: "r" });
});

Deno.test("decodeMessage() takes no field from an object's prototype", () => {
  assert.throws(
    () => decodeOne(withText(MessageType.BYE, '{"__proto__":{"reason":"r"}}')),
    protocolFault("reason of BYE should be text, it is missing"),
  );
});

Deno.test("decodeMessage() refuses payloads that are not JSON in UTF-8", () => {
  const payloads = ["{]", "[[", "{'a':1}", "{} {}", "nul", '{"reason":"a\nb"}'];
  for (const payload of payloads) {
    assert.throws(
      () => decodeOne(withText(MessageType.BYE, payload)),
      protocolFault("the payload of BYE is not JSON in UTF-8"),
    );
  }
  const notUtf8 = withJson(MessageType.BYE, { reason: "a" });
  notUtf8[notUtf8.indexOf(0x61, HEADER_BYTES + 8)] = 0xc3;
  assert.throws(() => decodeOne(notUtf8), protocolFault("the payload of BYE is not JSON in UTF-8"));
});

Deno.test("decodeMessage() survives JSON as deep as the limit allows", () => {
  assert.throws(
    () => decodeOne(withText(MessageType.HELLO, "[".repeat(32_768) + "]".repeat(32_768))),
    protocolFault("HELLO should be a JSON object, it is a list"),
  );
});

Deno.test("decodeMessage() refuses times above 2^53 - 1 microseconds", () => {
  const times: ReadonlyArray<readonly [Message, readonly number[]]> = [
    [{ type: "ping", t1: 0 }, [0]],
    [{ type: "pong", t1: 0, t2: 0, t3: 0 }, [0, 8, 16]],
    [{ type: "frame", sequence: 0, capturedAtMicros: 0, jpeg: Uint8Array.of(0xff, 0xd8) }, [4]],
  ];
  for (const [message, offsets] of times) {
    for (const offset of offsets) {
      const bytes = encodeMessage(message);
      bytes.set([0, 0x20, 0, 0, 0, 0, 0, 0], HEADER_BYTES + offset);
      assert.throws(
        () => decodeOne(bytes),
        protocolFault("a time of 9007199254740992 µs is above the limit of 2^53 - 1 µs"),
      );
      bytes.set([0, 0x1f, 255, 255, 255, 255, 255, 255], HEADER_BYTES + offset);
      assert.ok(decodeOne(bytes));
    }
  }
});

Deno.test("decodeMessage() does not know types 0 and 13 to 255", () => {
  for (const type of [0, 13, 128, 255]) assert.equal(decodeOne(withText(type, "any")), undefined);
});

Deno.test("decodeMessage() refuses a payload that is shorter than the header says", () => {
  for (const [, message] of ALL_MESSAGES) {
    const bytes = encodeMessage(message);
    const header = decodeHeader(bytes);
    for (const length of [0, header.payloadBytes - 1]) {
      assert.throws(
        () => decodeMessage(header, bytes.subarray(HEADER_BYTES, HEADER_BYTES + length)),
        protocolFault(
          `the payload has ${length} bytes, its header says ${header.payloadBytes}`,
        ),
      );
    }
  }
});
