import assert from "node:assert/strict";
import fc from "fast-check";
import {
  checkHeaderStart,
  decodeHeader,
  HEADER_BYTES,
  MAX_CONTROL_PAYLOAD_BYTES,
  MAX_FRAME_PAYLOAD_BYTES,
  MessageType,
  messageTypeName,
  TLS_FIRST_BYTE,
  writeHeader,
} from "../../lib/protocol/header.ts";
import { encodeHeader } from "./all.ts";
import { protocolFault } from "./support.ts";

/** The shortest and longest payload of each type, in bytes, as the document states them. */
const LENGTHS = [
  [MessageType.HELLO, 2, 65_536],
  [MessageType.WELCOME, 2, 65_536],
  [MessageType.FRAME, 14, 16_777_216],
  [MessageType.ACK, 4, 4],
  [MessageType.PING, 8, 8],
  [MessageType.PONG, 24, 24],
  [MessageType.STATUS, 2, 65_536],
  [MessageType.BYE, 2, 65_536],
] as const;

/** A header with any length, also an illegal one. */
function header(type: number, payloadBytes: number): Uint8Array {
  const bytes = Uint8Array.of(0x43, 0x56, 1, type, 0, 0, 0, 0, 0, 0, 0, 0);
  new DataView(bytes.buffer).setUint32(8, payloadBytes);
  return bytes;
}

Deno.test("writeHeader() writes magic, version, type, zero flags and length, big-endian", () => {
  assert.deepEqual(
    [...encodeHeader({ type: MessageType.FRAME, payloadBytes: 0x00123456 })],
    [0x43, 0x56, 1, 3, 0, 0, 0, 0, 0x00, 0x12, 0x34, 0x56],
  );
});

Deno.test("writeHeader() overwrites twelve bytes and no more", () => {
  const buffer = new Uint8Array(20).fill(0xaa);
  writeHeader(buffer, { type: MessageType.ACK, payloadBytes: 4 });
  assert.deepEqual([...buffer], [67, 86, 1, 4, 0, 0, 0, 0, 0, 0, 0, 4, ...Array(8).fill(0xaa)]);
});

Deno.test("the limits are 16 MiB for a FRAME and 64 KiB for the rest", () => {
  assert.equal(MAX_FRAME_PAYLOAD_BYTES, 16_777_216);
  assert.equal(MAX_CONTROL_PAYLOAD_BYTES, 65_536);
  assert.equal(HEADER_BYTES, 12);
});

for (const [type, minBytes, maxBytes] of LENGTHS) {
  const name = messageTypeName(type);
  const allowed = minBytes === maxBytes ? `exactly ${minBytes}` : `${minBytes} to ${maxBytes}`;

  Deno.test(`decodeHeader() takes ${name} with ${allowed} bytes and nothing else`, () => {
    for (const payloadBytes of [minBytes, maxBytes]) {
      assert.deepEqual(decodeHeader(header(type, payloadBytes)), { type, payloadBytes });
    }
    for (const payloadBytes of [0, minBytes - 1, maxBytes + 1, 2 ** 31, 2 ** 32 - 1]) {
      assert.throws(
        () => decodeHeader(header(type, payloadBytes)),
        protocolFault(
          `the payload of ${name} has ${payloadBytes} bytes, ${allowed} are allowed`,
        ),
      );
    }
  });

  Deno.test(`writeHeader() refuses ${name} with a length that no receiver takes`, () => {
    for (const payloadBytes of [minBytes - 1, maxBytes + 1]) {
      assert.throws(() => encodeHeader({ type, payloadBytes }), {
        name: "RangeError",
        message: `Cannot write message: the payload of ${name} has ${payloadBytes} bytes, ` +
          `${allowed} are allowed`,
      });
    }
  });
}

Deno.test("decodeHeader() takes unknown types with up to 64 KiB", () => {
  for (const type of [0, 13, 255]) {
    assert.equal(messageTypeName(type), undefined);
    for (const payloadBytes of [0, 65_536]) {
      assert.deepEqual(decodeHeader(header(type, payloadBytes)), { type, payloadBytes });
    }
    assert.throws(
      () => decodeHeader(header(type, 65_537)),
      protocolFault(
        "the payload of a message of unknown type has 65537 bytes, 0 to 65536 are allowed",
      ),
    );
  }
});

Deno.test("decodeHeader() ignores flags", () => {
  const bytes = header(MessageType.ACK, 4);
  bytes.fill(0xff, 4, 8);
  assert.deepEqual(decodeHeader(bytes), { type: MessageType.ACK, payloadBytes: 4 });
});

Deno.test("decodeHeader() reads at an offset", () => {
  const bytes = new Uint8Array(20);
  bytes.set(header(MessageType.PING, 8), 8);
  assert.deepEqual(decodeHeader(bytes, 8), { type: MessageType.PING, payloadBytes: 8 });
});

Deno.test("decodeHeader() names what came when a magic byte is wrong", () => {
  for (const index of [0, 1]) {
    for (let value = 0; value < 256; value++) {
      const bytes = header(MessageType.ACK, 4);
      if (bytes[index] === value || index === 0 && value === TLS_FIRST_BYTE) continue;
      bytes[index] = value;
      const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
      assert.throws(
        () => decodeHeader(bytes),
        protocolFault(
          `the other side sent ${hex} where a message should begin with "CV", so it does not ` +
            "speak this protocol",
        ),
      );
    }
  }
});

Deno.test("decodeHeader() knows TLS by its first byte", () => {
  for (
    const bytes of [Uint8Array.of(0x16), Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 0)]
  ) {
    assert.throws(
      () => checkHeaderStart(bytes),
      protocolFault("the other side began TLS, which is spoken with private hosts alone"),
    );
  }
});

Deno.test("decodeHeader() quotes text when an SSH or HTTP server answers", () => {
  const answers = [
    ["SSH-2.0-OpenSSH_9.2\r\n", '"SSH-2.0-Open"'],
    ["HTTP/1.1 400 Bad Request\r\n", '"HTTP/1.1 400"'],
    ["220 ok\r\n\r\n\r\n", '"220 ok"'],
  ] as const;
  for (const [answer, quoted] of answers) {
    assert.throws(
      () => decodeHeader(new TextEncoder().encode(answer)),
      protocolFault(
        `the other side sent ${quoted} where a message should begin with "CV", so it does not ` +
          "speak this protocol",
      ),
    );
  }
});

Deno.test("decodeHeader() refuses every other version", () => {
  for (let version = 0; version < 256; version++) {
    if (version === 1) continue;
    const bytes = header(MessageType.ACK, 4);
    bytes[2] = version;
    assert.throws(
      () => decodeHeader(bytes),
      protocolFault(
        `the message is of protocol version ${version}, only version 1 is understood`,
      ),
    );
  }
});

Deno.test("decodeHeader() refuses a header that is not whole", () => {
  for (let length = 0; length < HEADER_BYTES; length++) {
    assert.throws(
      () => decodeHeader(header(MessageType.ACK, 4).subarray(0, length)),
      protocolFault(`a header has 12 bytes, here are ${length}`),
    );
  }
});

Deno.test("checkHeaderStart() accepts every beginning of a header", () => {
  for (let length = 0; length <= HEADER_BYTES; length++) {
    checkHeaderStart(header(MessageType.ACK, 4).subarray(0, length));
  }
});

Deno.test("checkHeaderStart() knows another protocol by one byte", () => {
  assert.throws(
    () => checkHeaderStart(Uint8Array.of(0xff)),
    protocolFault(
      'the other side sent ff where a message should begin with "CV", so it does not speak ' +
        "this protocol",
    ),
  );
});

Deno.test("decodeHeader() gives back what writeHeader() was given", () => {
  const plain = { noNullPrototype: true };
  const lengths = fc.oneof(
    fc.record({
      type: fc.constant(MessageType.FRAME),
      payloadBytes: fc.integer({ min: 14, max: MAX_FRAME_PAYLOAD_BYTES }),
    }, plain),
    fc.record({
      type: fc.constantFrom(MessageType.HELLO, MessageType.BYE, 0, 13, 77, 255),
      payloadBytes: fc.integer({ min: 2, max: MAX_CONTROL_PAYLOAD_BYTES }),
    }, plain),
  );
  fc.assert(fc.property(lengths, (given) => {
    assert.deepEqual(decodeHeader(encodeHeader(given)), given);
  }));
});
