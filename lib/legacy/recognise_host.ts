/**
 * Who is at the other end, known by its first bytes.
 *
 * @module
 */

import type { ByteConnection } from "../flow/byte_connection.ts";
import { CaptureVideoError } from "../flow/errors.ts";
import { printable, shorten } from "../text/printable.ts";

/** So many bytes show it. */
const FIRST_BYTES = 2;

/** What the first bytes say. */
export interface RecognisedHost {
  /** `capturevideo` speaks the protocol, `bare-jpeg` is the tutorial's host. */
  kind: "capturevideo" | "bare-jpeg";
  /** How many bytes of the buffer are filled. */
  length: number;
}

/**
 * Reads the first bytes into `buffer`.
 *
 * @throws {CaptureVideoError} `protocol`, when it is neither, saying what it looks like;
 * `connection`, when it closes before it has said anything
 */
export async function recogniseHost(
  connection: Pick<ByteConnection, "read">,
  buffer: Uint8Array,
): Promise<RecognisedHost> {
  let length = 0;
  while (length < FIRST_BYTES) {
    const read = await connection.read(buffer.subarray(length));
    if (read === null) {
      throw new CaptureVideoError(
        "connection",
        "Cannot talk to the host: it closed the connection without a word",
      );
    }
    length += read;
  }
  if (buffer[0] === 0x43 && buffer[1] === 0x56) return { kind: "capturevideo", length };
  if (buffer[0] === 0xff && buffer[1] === 0xd8) return { kind: "bare-jpeg", length };
  throw new CaptureVideoError(
    "protocol",
    `Cannot talk to the host: it is not capturevideo but ${describe(buffer.subarray(0, length))}`,
  );
}

function describe(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, 64)).split(/[\r\n]/)[0] ?? "";
  const said = `"${shorten(printable(text), 40)}"`;
  if (text.startsWith("SSH-")) return `an SSH server, which says ${said}`;
  if (text.startsWith("HTTP/")) return `a web server, which says ${said}`;
  return `something else, which says ${said}`;
}
