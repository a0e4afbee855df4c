import assert from "node:assert/strict";
import {
  encodeMessage,
  HEADER_BYTES,
  type Message,
  MessageDecoder,
  messageTypeName,
  type Sender,
} from "./all.ts";
import {
  ALL_MESSAGES,
  byteByByte,
  concat,
  decodeAll,
  decodeUntilFault,
  GUEST_MESSAGES,
  HOST_MESSAGES,
  isProtocolFault,
  protocolFault,
  unknownMessage,
} from "./support.ts";

const SIDES = [["guest", GUEST_MESSAGES], ["host", HOST_MESSAGES]] as const;

for (const [from, message] of ALL_MESSAGES) {
  const bytes = encodeMessage(message);

  Deno.test(`MessageDecoder.push() reads ${message.type} of a ${from} at every split`, () => {
    for (let split = 0; split <= bytes.length; split++) {
      assert.deepEqual(
        decodeAll(from, [bytes.subarray(0, split), bytes.subarray(split)]),
        [message],
        `split at ${split}`,
      );
    }
  });

  Deno.test(`MessageDecoder.push() reads ${message.type} of a ${from} byte by byte`, () => {
    assert.deepEqual(decodeAll(from, byteByByte(bytes)), [message]);
  });

  Deno.test(`MessageDecoder.push() reads ${message.type} of a ${from} at every two splits`, () => {
    for (let first = 0; first <= bytes.length; first++) {
      for (let second = first; second <= bytes.length; second++) {
        const pieces = [
          bytes.subarray(0, first),
          bytes.subarray(first, second),
          bytes.subarray(second),
        ];
        assert.deepEqual(decodeAll(from, pieces), [message], `split at ${first} and ${second}`);
      }
    }
  });

  Deno.test(`MessageDecoder.isBetweenMessages is false when ${message.type} of a ${from} is cut short`, () => {
    for (let length = 1; length < bytes.length; length++) {
      const decoder = new MessageDecoder<Sender>({ from });
      assert.deepEqual([...decoder.push(bytes.subarray(0, length))], []);
      assert.equal(decoder.isBetweenMessages, false);
    }
  });

  Deno.test(`MessageDecoder.push() takes ${message.type} of a ${from} with flags set`, () => {
    const flagged = bytes.slice();
    flagged.fill(0xff, 4, 8);
    assert.deepEqual(decodeAll(from, [flagged]), [message]);
    assert.deepEqual(decodeAll(from, byteByByte(flagged)), [message]);
  });
}

for (const [from, messages] of SIDES) {
  Deno.test(`MessageDecoder.push() reads any two and three messages of a ${from} in a piece`, () => {
    for (const first of messages) {
      for (const second of messages) {
        const two = [first, second];
        assert.deepEqual(decodeAll(from, [concat(...two.map(encodeMessage))]), two);
        for (const third of messages) {
          const three = [first, second, third];
          assert.deepEqual(decodeAll(from, [concat(...three.map(encodeMessage))]), three);
        }
      }
    }
  });

  Deno.test(`MessageDecoder.push() reads all messages of a ${from} at every split`, () => {
    const bytes = concat(...messages.map(encodeMessage));
    for (let split = 0; split <= bytes.length; split++) {
      const pieces = [bytes.subarray(0, split), bytes.subarray(split)];
      assert.deepEqual(decodeAll(from, pieces), messages, `split at ${split}`);
    }
  });

  Deno.test(`MessageDecoder.push() refuses what a ${from} may not send, before its payload`, () => {
    const own = new Set<string>(messages.map(({ type }) => type));
    for (const [, message] of ALL_MESSAGES) {
      if (own.has(message.type)) continue;
      const header = encodeMessage(message).subarray(0, HEADER_BYTES);
      for (const pieces of [[header], byteByByte(header)]) {
        const [, fault] = decodeUntilFault(from, pieces);
        assert.ok(
          protocolFault(`a ${from} may not send ${message.type.toUpperCase()}`)(fault),
          String(fault),
        );
      }
    }
  });
}

Deno.test("MessageDecoder.push() reads an endless run of empty pieces as nothing", () => {
  const decoder = new MessageDecoder({ from: "guest" });
  for (let count = 0; count < 10; count++) {
    assert.deepEqual([...decoder.push(new Uint8Array(0))], []);
  }
  assert.equal(decoder.isBetweenMessages, true);
});

Deno.test("MessageDecoder.push() yields each message before it looks at the next", () => {
  const ack = encodeMessage({ type: "ack", sequence: 1 });
  const decoder = new MessageDecoder({ from: "guest" });
  const messages = decoder.push(concat(ack, Uint8Array.of(0)));
  assert.deepEqual(messages.next().value, { type: "ack", sequence: 1 });
  assert.throws(() => messages.next(), isProtocolFault);
});

Deno.test("MessageDecoder.push() keeps nothing of a piece that is used again", () => {
  for (const [from, messages] of SIDES) {
    const bytes = concat(...messages.map(encodeMessage));
    for (const pieceBytes of [1, 7, 30, bytes.length]) {
      const decoder = new MessageDecoder<Sender>({ from });
      const piece = new Uint8Array(pieceBytes + 20).fill(0xee);
      const received: Message[] = [];
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        const part = bytes.subarray(at, at + pieceBytes);
        piece.set(part);
        received.push(...decoder.push(piece, part.length));
        piece.fill(0xee);
      }
      assert.ok(decoder.isBetweenMessages);
      assert.deepEqual(received, messages);
    }
  }
});

Deno.test("MessageDecoder.push() copies a frame into memory of its own length", () => {
  const jpeg = new Uint8Array(1_000).fill(7);
  const bytes = encodeMessage({ type: "frame", sequence: 1, capturedAtMicros: 2, jpeg });
  for (const split of [0, 5, 12, 24, 500]) {
    const [frame] = decodeAll("host", [bytes.subarray(0, split), bytes.subarray(split)]);
    assert.ok(frame?.type === "frame");
    assert.equal(frame.jpeg.buffer.byteLength, 12 + jpeg.length);
  }
});

Deno.test("MessageDecoder.push() skips unknown types at every split", () => {
  const ack = encodeMessage({ type: "ack", sequence: 1 });
  for (const type of [0, 13, 255]) {
    assert.equal(messageTypeName(type), undefined);
    for (const payloadBytes of [0, 1, 12, 40]) {
      const bytes = concat(ack, unknownMessage(type, payloadBytes), ack);
      for (let split = 0; split <= bytes.length; split++) {
        assert.deepEqual(
          decodeAll("guest", [bytes.subarray(0, split), bytes.subarray(split)]),
          [{ type: "ack", sequence: 1 }, { type: "ack", sequence: 1 }],
        );
      }
      assert.equal(decodeAll("guest", byteByByte(bytes)).length, 2);
    }
  }
});

Deno.test("MessageDecoder.isBetweenMessages is false when an unknown message is cut short", () => {
  const decoder = new MessageDecoder({ from: "host" });
  assert.deepEqual([...decoder.push(unknownMessage(200, 65_536).subarray(0, 1_000))], []);
  assert.equal(decoder.isBetweenMessages, false);
});

Deno.test("MessageDecoder.isBetweenMessages is true between messages", () => {
  for (const [from, messages] of SIDES) {
    const decoder = new MessageDecoder<Sender>({ from });
    assert.equal(decoder.isBetweenMessages, true);
    for (const message of messages) {
      assert.deepEqual([...decoder.push(encodeMessage(message))], [message]);
      assert.equal(decoder.isBetweenMessages, true);
    }
  }
});

Deno.test("MessageDecoder.push() throws the same fault for ever after the first", () => {
  const decoder = new MessageDecoder({ from: "guest" });
  const faults: unknown[] = [];
  const attempts = [
    () => [...decoder.push(Uint8Array.of(0xff))],
    () => decoder.push(encodeMessage({ type: "ack", sequence: 1 })),
  ];
  for (const attempt of attempts) {
    assert.throws(attempt, (fault) => {
      faults.push(fault);
      return isProtocolFault(fault);
    });
  }
  assert.equal(new Set(faults).size, 1);
  assert.equal(decoder.isBetweenMessages, false);
});

Deno.test("MessageDecoder.push() refuses to go on when messages were left unread", () => {
  const bytes = encodeMessage({ type: "ack", sequence: 1 });
  const message = "Cannot decode: the messages of the chunk before were not all read";
  const untouched = new MessageDecoder({ from: "guest" });
  untouched.push(bytes);
  assert.throws(() => untouched.push(bytes), { name: "Error", message });
  const left = new MessageDecoder({ from: "guest" });
  for (const _ of left.push(concat(bytes, bytes))) break;
  assert.throws(() => left.push(bytes), { name: "Error", message });
  assert.equal(left.isBetweenMessages, false);
});
