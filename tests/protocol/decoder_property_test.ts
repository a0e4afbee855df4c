import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeMessage, type Message, type Sender } from "./all.ts";
import {
  anyCuts,
  anyGuestMessage,
  anyHostMessage,
  byteByByte,
  concat,
  cutAt,
  decodeAll,
  decodeUntilFault,
  isProtocolFault,
  unknownMessage,
} from "./support.ts";

Deno.test("MessageDecoder.push() reads any messages in any pieces", () => {
  const sides = fc.oneof(
    fc.tuple(fc.constant("guest" as const), fc.array(anyGuestMessage, { maxLength: 12 })),
    fc.tuple(fc.constant("host" as const), fc.array(anyHostMessage, { maxLength: 12 })),
  );
  fc.assert(
    fc.property(sides, anyCuts, ([from, messages], cuts) => {
      const bytes = concat(...(messages as Message[]).map(encodeMessage));
      assert.deepEqual(decodeAll(from, cutAt(bytes, cuts)), messages);
    }),
    { numRuns: 500 },
  );
});

Deno.test("MessageDecoder.push() reads known messages between unknown ones in any pieces", () => {
  const unknown = fc.record({
    type: fc.constantFrom(0, 13, 100, 255),
    payloadBytes: fc.nat({ max: 3_000 }),
  });
  fc.assert(fc.property(
    fc.array(fc.oneof(anyGuestMessage, unknown), { maxLength: 12 }),
    anyCuts,
    (parts, cuts) => {
      const bytes = concat(
        ...parts.map((part) =>
          "payloadBytes" in part
            ? unknownMessage(part.type, part.payloadBytes)
            : encodeMessage(part)
        ),
      );
      const known = parts.filter((part) => !("payloadBytes" in part));
      assert.deepEqual(decodeAll("guest", cutAt(bytes, cuts)), known);
    },
  ));
});

/** Bytes that often get past the header: whole messages, cut, changed, with junk in between. */
const anyHostileBytes = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.oneof(anyGuestMessage, anyHostMessage).map(encodeMessage),
    fc.tuple(fc.oneof(anyGuestMessage, anyHostMessage).map(encodeMessage), fc.nat(), fc.nat(255))
      .map(([bytes, at, value]) => {
        bytes[at % Math.min(bytes.length, 40)] = value;
        return bytes;
      }),
    fc.tuple(fc.nat(12), fc.uint8Array({ maxLength: 100 })).map(([type, payload]) =>
      concat(Uint8Array.of(67, 86, 1, type, 0, 0, 0, 0, 0, 0, 0, payload.length), payload)
    ),
  ),
  { maxLength: 8 },
).map((parts) => concat(...parts));

Deno.test("MessageDecoder.push() does the same with any bytes in any pieces", () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Sender>("guest", "host"),
      anyHostileBytes,
      anyCuts,
      (from, bytes, cuts) => {
        const [whole, wholeFault] = decodeUntilFault(from, [bytes]);
        const [pieces, piecesFault] = decodeUntilFault(from, cutAt(bytes, cuts));
        const [single, singleFault] = decodeUntilFault(from, byteByByte(bytes));
        assert.deepEqual(pieces, whole);
        assert.deepEqual(single, whole);
        for (const fault of [wholeFault, piecesFault, singleFault]) {
          assert.ok(fault === undefined || isProtocolFault(fault), String(fault));
          assert.equal(fault === undefined, wholeFault === undefined);
        }
      },
    ),
    { numRuns: 3_000 },
  );
});
