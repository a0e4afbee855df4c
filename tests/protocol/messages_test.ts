import assert from "node:assert/strict";
import fc from "fast-check";
import {
  decodeHeader,
  encodeHeader,
  HEADER_BYTES,
  MessageType,
} from "../../lib/protocol/header.ts";
import {
  decodeMessage,
  encodeMessage,
  FRAME_PREFIX_BYTES,
  MAX_CHARACTERS,
  type Message,
  writeFramePrefix,
} from "../../lib/protocol/messages.ts";
import { ALL_MESSAGES, anyGuestMessage, anyHostMessage, concat, protocolFault } from "./support.ts";

function decode(bytes: Uint8Array): Message | undefined {
  return decodeMessage(decodeHeader(bytes), bytes, HEADER_BYTES);
}

/** A message of the type with this text for a payload. */
function withText(type: number, text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  return concat(encodeHeader({ type, payloadBytes: payload.length }), payload);
}

function withJson(type: number, value: unknown): Uint8Array {
  return withText(type, JSON.stringify(value));
}

for (const [from, message] of ALL_MESSAGES) {
  Deno.test(`decodeMessage() gives back the ${message.type} of a ${from}`, () => {
    assert.deepEqual(decode(encodeMessage(message)), message);
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
    assert.deepEqual(decode(encodeMessage(message)), message);
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
  const [bye] = [decode(encodeMessage({ type: "bye", reason: `a\nb${long}` }))];
  assert.deepEqual(bye, { type: "bye", reason: `a b${"é".repeat(496)}…` });
  const texts = { description: long, width: 1, height: 2, fps: 3, format: long };
  const welcome = decode(
    encodeMessage({ type: "welcome", version: 1, host: long, source: texts }),
  );
  assert.ok(welcome?.type === "welcome");
  assert.equal(welcome.host.length, MAX_CHARACTERS.host);
  assert.equal(welcome.source.description.length, MAX_CHARACTERS.description);
  assert.equal(welcome.source.format.length, MAX_CHARACTERS.format);
  const status = decode(encodeMessage({ type: "status", camera: "lost", why: long }));
  assert.ok(status?.type === "status");
  assert.equal(status.why?.length, MAX_CHARACTERS.why);
  const hello = decode(encodeMessage({ type: "hello", versions: [1], program: long }));
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
  assert.deepEqual(decode(withJson(MessageType.BYE, { reason: dangerous })), {
    type: "bye",
    reason: "a\uFFFD[31m \uFFFD\uFFFD\uFFFD \uFFFD\uFFFDz",
  });
});

Deno.test("decodeMessage() ignores unknown keys", () => {
  const extended = { reason: "r", until: 5, __proto__: null, more: { deep: [1] } };
  assert.deepEqual(decode(withJson(MessageType.BYE, extended)), { type: "bye", reason: "r" });
});

Deno.test("decodeMessage() takes no field from an object's prototype", () => {
  assert.throws(
    () => decode(withText(MessageType.BYE, '{"__proto__":{"reason":"r"}}')),
    protocolFault("reason of BYE should be text, it is missing"),
  );
});

Deno.test("decodeMessage() refuses payloads that are not JSON in UTF-8", () => {
  const payloads = ["{]", "[[", "{'a':1}", "{} {}", "nul", '{"reason":"a\nb"}'];
  for (const payload of payloads) {
    assert.throws(
      () => decode(withText(MessageType.BYE, payload)),
      protocolFault("the payload of BYE is not JSON in UTF-8"),
    );
  }
  const notUtf8 = withJson(MessageType.BYE, { reason: "a" });
  notUtf8[notUtf8.indexOf(0x61, HEADER_BYTES + 8)] = 0xc3;
  assert.throws(() => decode(notUtf8), protocolFault("the payload of BYE is not JSON in UTF-8"));
});

Deno.test("decodeMessage() survives JSON as deep as the limit allows", () => {
  assert.throws(
    () => decode(withText(MessageType.HELLO, "[".repeat(32_768) + "]".repeat(32_768))),
    protocolFault("HELLO should be a JSON object, it is a list"),
  );
});

const HELLO = { versions: [1], program: "p" };
const SOURCE = { description: "d", width: 1, height: 2, fps: 3, format: "f" };
const WELCOME = { version: 1, host: "h", source: SOURCE };
const VERSIONS_RULE = "versions of HELLO should be a list of 1 to 16 whole numbers from 1 to 255";
const SIXTEEN = Array.from({ length: 16 }, (_, index) => index + 1);

/** Type, payload, and what the error says of it. */
const WRONG_FIELDS: ReadonlyArray<readonly [number, unknown, string]> = [
  [MessageType.HELLO, [], "HELLO should be a JSON object, it is a list"],
  [MessageType.HELLO, null, "HELLO should be a JSON object, it is null"],
  [MessageType.HELLO, "HI", 'HELLO should be a JSON object, it is "HI"'],
  [MessageType.HELLO, 12, "HELLO should be a JSON object, it is 12"],
  [MessageType.HELLO, { program: "p" }, `${VERSIONS_RULE}, it is missing`],
  [MessageType.HELLO, { ...HELLO, versions: 1 }, `${VERSIONS_RULE}, it is 1`],
  [MessageType.HELLO, { ...HELLO, versions: {} }, `${VERSIONS_RULE}, it is an object`],
  [MessageType.HELLO, { ...HELLO, versions: [] }, `${VERSIONS_RULE}, it is a list of 0`],
  [
    MessageType.HELLO,
    { ...HELLO, versions: [...SIXTEEN, 17] },
    `${VERSIONS_RULE}, it is a list of 17`,
  ],
  ...[0, 256, 1.5, "1", null, true].map((entry) =>
    [
      MessageType.HELLO,
      { ...HELLO, versions: [1, entry] },
      `${VERSIONS_RULE}, it is a list with ${JSON.stringify(entry)} in it`,
    ] as const
  ),
  [MessageType.HELLO, { versions: [1] }, "program of HELLO should be text, it is missing"],
  [MessageType.HELLO, { ...HELLO, program: 5 }, "program of HELLO should be text, it is 5"],
  [
    MessageType.HELLO,
    { ...HELLO, program: "x".repeat(201) },
    "program of HELLO should be at most 200 characters, it is 201 characters",
  ],
  ...[0, -1, "30", null, false].map((maxFps) =>
    [
      MessageType.HELLO,
      { ...HELLO, maxFps },
      `maxFps of HELLO should be a finite number above 0, it is ${JSON.stringify(maxFps)}`,
    ] as const
  ),
  [
    MessageType.WELCOME,
    { ...WELCOME, version: 0 },
    "version of WELCOME should be a whole number from 1 to 255, it is 0",
  ],
  [MessageType.WELCOME, { ...WELCOME, host: [] }, "host of WELCOME should be text, it is a list"],
  [
    MessageType.WELCOME,
    { ...WELCOME, host: "h".repeat(256) },
    "host of WELCOME should be at most 255 characters, it is 256 characters",
  ],
  [
    MessageType.WELCOME,
    { ...WELCOME, source: undefined },
    "source of WELCOME should be a JSON object, it is missing",
  ],
  [
    MessageType.WELCOME,
    { ...WELCOME, source: { ...SOURCE, width: 65_536 } },
    "width of source of WELCOME should be a whole number from 0 to 65535, it is 65536",
  ],
  [
    MessageType.WELCOME,
    { ...WELCOME, source: { ...SOURCE, height: -1 } },
    "height of source of WELCOME should be a whole number from 0 to 65535, it is -1",
  ],
  [
    MessageType.WELCOME,
    { ...WELCOME, source: { ...SOURCE, fps: -0.5 } },
    "fps of source of WELCOME should be a finite number, 0 or above, it is -0.5",
  ],
  [
    MessageType.WELCOME,
    { ...WELCOME, source: { ...SOURCE, description: "d".repeat(201) } },
    "description of source of WELCOME should be at most 200 characters, it is 201 characters",
  ],
  [
    MessageType.WELCOME,
    { ...WELCOME, source: { ...SOURCE, format: "f".repeat(33) } },
    "format of source of WELCOME should be at most 32 characters, it is 33 characters",
  ],
  [
    MessageType.STATUS,
    { camera: "\x1b[2J" },
    'camera of STATUS should be one of "live", "lost", "starting", it is "\uFFFD[2J"',
  ],
  [MessageType.STATUS, { camera: "live", why: 1 }, "why of STATUS should be text, it is 1"],
  [
    MessageType.STATUS,
    { camera: "x".repeat(1_000) },
    'camera of STATUS should be one of "live", "lost", "starting", it is ' +
    `"${"x".repeat(38)}…`,
  ],
  [MessageType.BYE, {}, "reason of BYE should be text, it is missing"],
  [
    MessageType.BYE,
    { reason: "r".repeat(501) },
    "reason of BYE should be at most 500 characters, it is 501 characters",
  ],
];

for (const [type, payload, words] of WRONG_FIELDS) {
  Deno.test(`decodeMessage() says: ${words.replaceAll("\uFFFD", "?")}`, () => {
    assert.throws(() => decode(withJson(type, payload)), protocolFault(words));
  });
}

Deno.test("decodeMessage() refuses numbers that JSON writes too large", () => {
  assert.throws(
    () => decode(withText(MessageType.HELLO, '{"versions":[1],"program":"p","maxFps":1e999}')),
    protocolFault("maxFps of HELLO should be a finite number above 0, it is Infinity"),
  );
});

Deno.test("decodeMessage() counts characters, not UTF-16 units", () => {
  const program = "📷".repeat(200);
  assert.deepEqual(decode(withJson(MessageType.HELLO, { ...HELLO, program })), {
    type: "hello",
    ...HELLO,
    program,
  });
});

Deno.test("decodeMessage() takes texts and lists at their limits", () => {
  const hello = { versions: SIXTEEN, program: "x".repeat(200), maxFps: 0.001 };
  assert.deepEqual(decode(withJson(MessageType.HELLO, hello)), { type: "hello", ...hello });
  const bye = { reason: "r".repeat(500) };
  assert.deepEqual(decode(withJson(MessageType.BYE, bye)), { type: "bye", ...bye });
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
        () => decode(bytes),
        protocolFault("a time of 9007199254740992 µs is above the limit of 2^53 - 1 µs"),
      );
      bytes.set([0, 0x1f, 255, 255, 255, 255, 255, 255], HEADER_BYTES + offset);
      assert.ok(decode(bytes));
    }
  }
});

Deno.test("decodeMessage() does not know types 0 and 9 to 255", () => {
  for (const type of [0, 9, 128, 255]) assert.equal(decode(withText(type, "any")), undefined);
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
