import assert from "node:assert/strict";
import { type HttpAnswer, readAnswer } from "../../../lib/camera/http/http_answer.ts";
import { MAX_HEAD_BYTES } from "../../../lib/camera/http/response_head.ts";
import { captureVideoError } from "../../support/errors.ts";

const CHUNKED =
  "4\r\nWiki\r\n6;name=value\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\nX: y\r\n\r\n";
const CONTENT = "Wikipedia in \r\n\r\nchunks.";
const HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

/** The answer that comes in pieces of that size. */
async function answer(text: string | Uint8Array, size: number): Promise<HttpAnswer> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
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

Deno.test("HttpAnswer.content ends where line breaks or trailers have no end", async () => {
  assert.deepEqual(await decode("2\r\nhi\r\n\r\n\r\n2\r\nho\r\n0\r\n\r\n", 2), ["hi", false]);
  const trailers = (count: number) => `2\r\nhi\r\n0\r\n${"X: y\r\n".repeat(count)}\r\n`;
  assert.deepEqual(await decode(trailers(64), 100), ["hi", true]);
  assert.deepEqual(await decode(trailers(65), 100), ["hi", false]);
});

Deno.test("HttpAnswer.content gives what was packed in small pieces, and others their turn between", async () => {
  const zeros = new Uint8Array(8 * 1024 * 1024);
  for (const coding of ["gzip", "deflate"] as const) {
    const packing = new Blob([zeros]).stream().pipeThrough(new CompressionStream(coding));
    const packed = await new Response(packing).bytes();
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\n\r\n`;
    const bytes = await new Blob([head, packed]).bytes();
    const { content } = await answer(bytes, bytes.length);
    let turns = 0;
    let counting = setImmediate(function count() {
      turns++;
      counting = setImmediate(count);
    });
    const lengths: number[] = [];
    for await (const piece of content.pieces(Infinity)) lengths.push(piece.length);
    clearImmediate(counting);
    assert.equal(lengths.reduce((sum, length) => sum + length), zeros.length);
    assert.ok(Math.max(...lengths) <= 64 * 1024, `${Math.max(...lengths)} bytes at once`);
    assert.ok(turns > 100, `${turns} turns`);
  }
});

Deno.test("readAnswer() passes over line breaks and announcements in front of an answer", async () => {
  const announcements = "\r\nHTTP/1.1 100 Continue\r\n\r\n".repeat(10);
  assert.equal((await answer(announcements + HEAD, 7)).head.status, 200);
});

Deno.test("readAnswer() refuses what never comes to an answer", async () => {
  const announcements = "HTTP/1.1 100 Continue\r\n\r\n".repeat(11);
  await assert.rejects(
    answer(announcements + HEAD, 7),
    captureVideoError("camera-unavailable", /^it only says again and again that it is about to/),
  );
  await assert.rejects(
    answer("\r\n".repeat(MAX_HEAD_BYTES) + HEAD, 1024),
    captureVideoError("camera-unavailable", /^its answer's headers have no end$/),
  );
});
