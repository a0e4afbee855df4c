import assert from "node:assert/strict";
import { ChunkedDecoder } from "../../../lib/camera/http/chunked_decoder.ts";

const CHUNKED =
  "4\r\nWiki\r\n6;name=value\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\nX: y\r\n\r\n";
const CONTENT = "Wikipedia in \r\n\r\nchunks.";

/** The content, and whether its end was seen. */
function decode(text: string, size: number): [content: string, hasEnded: boolean] {
  const decoder = new ChunkedDecoder();
  const bytes = new TextEncoder().encode(text);
  let content = "";
  for (let at = 0; at < bytes.length; at += size) {
    for (const piece of decoder.push(bytes.subarray(at, at + size))) {
      content += new TextDecoder().decode(piece);
    }
  }
  return [content, decoder.hasEnded];
}

Deno.test("ChunkedDecoder.push() gives the content, wherever the pieces fall", () => {
  for (let size = 1; size <= CHUNKED.length; size++) {
    assert.deepEqual(decode(CHUNKED, size), [CONTENT, true]);
  }
  assert.deepEqual(decode(CHUNKED.replaceAll("\r\n", "\n"), 1)[1], true);
});

Deno.test("ChunkedDecoder.push() ends where there is no chunk", () => {
  assert.deepEqual(decode("2\r\nhi\r\nno length\r\n", 3), ["hi", true]);
  assert.deepEqual(decode(`${"1".repeat(2000)}\r\n`, 100), ["", true]);
  assert.deepEqual(decode("fffffffffffff\r\nhi", 100), ["", true]);
  assert.deepEqual(decode("2\r\nhi\r\n3\r\nth", 1), ["hith", false]);
});
