import assert from "node:assert/strict";
import { decodeJsonPayload, encodeJsonPayload } from "../../lib/protocol/json_payloads.ts";
import { captureVideoError } from "../support/errors.ts";

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("decodeJsonPayload() refuses a byte order mark", () => {
  const refused = captureVideoError("protocol", /the payload of BYE is not JSON in UTF-8$/);
  assert.throws(() => decodeJsonPayload("bye", encode('\ufeff{"reason":"x"}')), refused);
  // Within a text it is a character like any other.
  const bye = decodeJsonPayload("bye", encode('{"reason":"\ufeffx"}'));
  assert.deepEqual(bye, { type: "bye", reason: "\ufeffx" });
});

Deno.test("decodeJsonPayload() takes the last value of a key that stands there twice", () => {
  const twice = encode('{"versions":[9],"program":"a","program":"b","versions":[1]}');
  const hello = { type: "hello", versions: [1], program: "b" };
  assert.deepEqual(decodeJsonPayload("hello", twice), hello);
});

Deno.test("decodeJsonPayload() reads whether a guest may come back", () => {
  for (const retry of [true, false]) {
    const bye = { type: "bye", reason: "x", retry } as const;
    assert.deepEqual(decodeJsonPayload("bye", encodeJsonPayload(bye)), bye);
  }
  const wrong = captureVideoError("protocol", /retry of BYE should be true or false, it is null$/);
  assert.throws(() => decodeJsonPayload("bye", encode('{"reason":"x","retry":null}')), wrong);
});

Deno.test("decodeJsonPayload() takes an integer however it is written", () => {
  for (const one of ["1", "1.0", "1e0", "10e-1"]) {
    const hello = encode(`{"versions":[${one}],"program":""}`);
    assert.deepEqual(decodeJsonPayload("hello", hello), {
      type: "hello",
      versions: [1],
      program: "",
    });
  }
  const refused = captureVideoError(
    "protocol",
    /^Cannot read message: versions of HELLO should be/,
  );
  for (const none of ["1.5", "1e400", '"1"', "true", "null"]) {
    const hello = encode(`{"versions":[${none}],"program":""}`);
    assert.throws(() => decodeJsonPayload("hello", hello), refused);
  }
});
