/**
 * The parts of a multipart answer, as a careful program reads them: by their lengths.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";

/** One picture. */
export interface Part {
  /** The JPEG. */
  readonly jpeg: Uint8Array;
  /** When it was captured, in seconds since 1970. */
  readonly timestamp: number;
}

/** Reads parts until the loop is left, which closes the connection. */
export async function* readParts(body: ReadableStream<Uint8Array>): AsyncGenerator<Part, void> {
  const reader = body.getReader();
  let bytes = Buffer.alloc(0);
  const more = async () => {
    const { value, done } = await reader.read();
    if (done) throw new Error("the stream has ended");
    bytes = Buffer.concat([bytes, value]);
  };
  const take = (length: number) => {
    const taken = bytes.subarray(0, length);
    bytes = bytes.subarray(length);
    return taken;
  };
  try {
    for (;;) {
      while (!bytes.includes("\r\n\r\n")) await more();
      const head = take(bytes.indexOf("\r\n\r\n") + 4).toString();
      const [, length, timestamp] =
        /^\r?\n?--[\w-]+\r\nContent-Type: image\/jpeg\r\nContent-Length: (\d+)\r\nX-Timestamp: ([\d.]+)\r\n\r\n$/
          .exec(head) ?? assert.fail(head);
      while (bytes.length < Number(length)) await more();
      const jpeg = take(Number(length));
      assert.deepEqual([...jpeg.subarray(0, 2), ...jpeg.subarray(-2)], [0xff, 0xd8, 0xff, 0xd9]);
      // The boundary is there before the next picture: Chromium waits for it.
      while (!bytes.includes("\r\n", 2)) await more();
      assert.equal(take(2).toString(), "\r\n");
      yield { jpeg, timestamp: Number(timestamp) };
    }
  } finally {
    await reader.cancel();
  }
}
