import assert from "node:assert/strict";
import { ByteReader } from "../../../lib/camera/http/byte_reader.ts";

/** Reads what comes in these pieces. */
function reader(...pieces: string[]): ByteReader {
  const stream = ReadableStream.from(pieces).pipeThrough(new TextEncoderStream());
  return new ByteReader(stream[Symbol.asyncIterator]());
}

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

Deno.test("ByteReader.line() joins what comes in pieces, and leaves the rest ahead", async () => {
  const one = reader("fir", "st\r", "\nsecond\nthi", "rd");
  assert.equal(await one.line(10), "first");
  assert.equal(await one.line(10), "second");
  assert.equal(await one.line(10), undefined);
  assert.equal(text(one.ahead), "third");
});

Deno.test("ByteReader.line() refuses a line that is too long, whether or not its end has come", async () => {
  assert.equal(await reader("12345678\n").line(8), "12345678");
  assert.equal(await reader("123456789\n").line(8), undefined);
  assert.equal(await reader("123456789").line(8), undefined);
});

Deno.test("ByteReader.pieces() gives so many bytes and no more, or what there is", async () => {
  const one = reader("abc", "def", "gh");
  const pieces = await Array.fromAsync(one.pieces(4));
  assert.deepEqual(pieces.map(text), ["abc", "d"]);
  assert.equal(text(await one.read(1)), "e");
  assert.equal(await one.more(), true);
  assert.equal(text(one.take(2)), "fg");
  assert.deepEqual((await Array.fromAsync(one.pieces(9))).map(text), ["h"]);
  assert.equal(await one.read(), undefined);
  assert.equal(await one.more(), false);
});
