/** What the decoder refuses by its header, and the memory that it takes. */

import assert from "node:assert/strict";
import { encodeHeader, encodeMessage, HEADER_BYTES, MessageDecoder, MessageType } from "./all.ts";
import {
  ALL_MESSAGES,
  byteByByte,
  concat,
  decodeAll,
  decodeUntilFault,
  isProtocolFault,
} from "./support.ts";

Deno.test("MessageDecoder.push() reads the largest FRAME", () => {
  const jpeg = new Uint8Array(16 * 1024 * 1024 - 12).fill(3);
  const bytes = encodeMessage({ type: "frame", sequence: 1, capturedAtMicros: 2, jpeg });
  const pieces = Array.from(
    { length: Math.ceil(bytes.length / 262_144) },
    (_, index) => bytes.subarray(index * 262_144, (index + 1) * 262_144),
  );
  const [frame] = decodeAll("host", pieces);
  assert.ok(frame?.type === "frame");
  assert.equal(frame.jpeg.length, jpeg.length);
  assert.ok(frame.jpeg.every((byte) => byte === 3));
});

for (const [from, message] of ALL_MESSAGES) {
  const { type } = message;
  Deno.test(`MessageDecoder.push() refuses an oversize ${type} of a ${from} at its header`, () => {
    const header = encodeMessage(message).slice(0, HEADER_BYTES);
    const view = new DataView(header.buffer);
    const tooLong = type === "frame" ? 16_777_217 : 65_537;
    for (const payloadBytes of [tooLong, 2 ** 31, 2 ** 32 - 1]) {
      view.setUint32(8, payloadBytes);
      for (const pieces of [[header], byteByByte(header)]) {
        const [messages, fault] = decodeUntilFault(from, pieces);
        assert.deepEqual(messages, []);
        assert.ok(
          isProtocolFault(fault) &&
            (fault as Error).message.startsWith(
              `Cannot read message: the payload of ${type.toUpperCase()} has ${payloadBytes} bytes`,
            ),
          String(fault),
        );
      }
    }
  });
}

Deno.test("MessageDecoder.push() refuses a wrong magic or version at its byte", () => {
  const ack = encodeMessage({ type: "ack", sequence: 1 });
  for (const index of [0, 1, 2]) {
    for (let value = 0; value < 256; value++) {
      const wrong = ack.slice(0, index + 1);
      if (wrong[index] === value) continue;
      wrong[index] = value;
      for (const pieces of [[concat(ack, wrong)], byteByByte(concat(ack, wrong))]) {
        const [messages, fault] = decodeUntilFault("guest", pieces);
        assert.deepEqual(messages, [{ type: "ack", sequence: 1 }]);
        assert.ok(isProtocolFault(fault));
      }
    }
  }
});

Deno.test("MessageDecoder.push() takes memory for one payload at most, within its limit", () => {
  const taken: number[] = [];
  const NativeUint8Array = Uint8Array;
  const header = encodeHeader({ type: MessageType.FRAME, payloadBytes: 16_777_216 });
  const tooLong = header.slice();
  tooLong[8] = 0xff;
  const decoders = [1, 2].map(() => new MessageDecoder({ from: "host" }));
  globalThis.Uint8Array = new Proxy(NativeUint8Array, {
    construct(target, args, newTarget) {
      if (typeof args[0] === "number") taken.push(args[0]);
      return Reflect.construct(target, args, newTarget);
    },
  });
  try {
    assert.deepEqual([...decoders[0]!.push(header)], []);
    assert.throws(() => [...decoders[1]!.push(tooLong)], isProtocolFault);
  } finally {
    globalThis.Uint8Array = NativeUint8Array;
  }
  assert.deepEqual(taken, [16_777_216]);
});
