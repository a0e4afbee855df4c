import assert from "node:assert/strict";
import { linesOf } from "../../lib/text/lines.ts";

Deno.test("linesOf() gives lines whole, however the stream is cut", async () => {
  const bytes = new TextEncoder().encode("größer\n\nthird\nwithout an end");
  for (let size = 1; size <= bytes.length; size++) {
    const chunks = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, index) => bytes.slice(index * size, (index + 1) * size),
    );
    const lines = await Array.fromAsync(linesOf(ReadableStream.from(chunks)));
    assert.deepEqual(lines, ["größer", "", "third", "without an end"], `${size} bytes each`);
  }
});

Deno.test("linesOf() gives no line behind the last end, and none of nothing", async () => {
  const linesIn = (text: string) => Array.fromAsync(linesOf(new Blob([text]).stream()));
  assert.deepEqual(await linesIn("one\n"), ["one"]);
  assert.deepEqual(await linesIn(""), []);
});
