import assert from "node:assert/strict";
import { type HttpAnswer, readAnswer } from "../../../lib/camera/http/http_answer.ts";

const CHUNKED =
  "4\r\nWiki\r\n6;name=value\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\nX: y\r\n\r\n";
const CONTENT = "Wikipedia in \r\n\r\nchunks.";
const HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

/** The answer that comes in pieces of that size. */
async function answer(text: string, size: number): Promise<HttpAnswer> {
  const bytes = new TextEncoder().encode(text);
  const pieces = (async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  })();
  const connection = { pieces, write: () => Promise.resolve(), close: () => {} };
  return await readAnswer(connection);
}

/** The content of a chunked answer, and whether its end was seen. */
async function decode(text: string, size: number): Promise<[content: string, hasEnded: boolean]> {
  const received = await answer(HEAD + text, size);
  let content = "";
  for await (const piece of received.content.pieces(Infinity)) {
    content += new TextDecoder().decode(piece);
  }
  return [content, received.hasEnded];
}

Deno.test("HttpAnswer.content gives what is in chunks, wherever the pieces fall", async () => {
  for (let size = 1; size <= HEAD.length + CHUNKED.length; size++) {
    assert.deepEqual(await decode(CHUNKED, size), [CONTENT, true]);
  }
});

Deno.test("HttpAnswer.content ends where there is no chunk, and nothing behind it is trusted", async () => {
  assert.deepEqual(await decode("2\r\nhi\r\nno length\r\n0\r\n\r\n", 3), ["hi", false]);
  assert.deepEqual(await decode(`${"1".repeat(2000)}\r\n`, 100), ["", false]);
  assert.deepEqual(await decode("fffffffffffff\r\nhi", 100), ["", false]);
  assert.deepEqual(await decode("2\r\nhi\r\n3\r\nth", 1), ["hith", false]);
  assert.deepEqual(await decode("2\r\nhi\r\n0\r\nX: y", 1), ["hi", false]);
});

Deno.test("HttpAnswer.content passes over a line break too many, and ends by line feeds alone", async () => {
  assert.deepEqual(await decode("\r\n2\r\nhi\r\n\r\n0\r\n\r\n", 2), ["hi", true]);
  assert.deepEqual(await decode("2\nhi\n0\n\n", 2), ["hi", true]);
});
