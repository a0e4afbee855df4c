import assert from "node:assert/strict";
import { recogniseHost } from "../../lib/legacy/recognise_host.ts";
import { captureVideoError } from "../support/errors.ts";

/** A connection from which these pieces are read, and then its end. */
function saying(...pieces: readonly (string | readonly number[])[]) {
  const rest = pieces.map((piece) => {
    return typeof piece === "string" ? new TextEncoder().encode(piece) : Uint8Array.from(piece);
  });
  return {
    read(into: Uint8Array): Promise<number | null> {
      const piece = rest.shift();
      if (!piece) return Promise.resolve(null);
      into.set(piece);
      return Promise.resolve(piece.length);
    },
  };
}

Deno.test("recogniseHost() knows the protocol and the tutorial's pictures by two bytes", async () => {
  for (
    const [kind, pieces] of [
      ["capturevideo", ["CV"]],
      ["capturevideo", ["CV and what follows"]],
      ["capturevideo", ["C", "V"]],
      ["bare-jpeg", [[0xff, 0xd8]]],
      ["bare-jpeg", [[0xff], [0xd8, 0xff, 0xe0]]],
    ] as const
  ) {
    const buffer = new Uint8Array(100);
    const host = await recogniseHost(saying(...pieces), buffer);
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    assert.deepEqual(host, { kind, length: bytes });
    assert.equal(buffer[0], kind === "capturevideo" ? 0x43 : 0xff);
  }
});

Deno.test("recogniseHost() says what a server is that is no host", async () => {
  for (
    const [said, words] of [
      [
        "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
        /an SSH server, which says "SSH-2.0-OpenSSH_9.2p1 Debian-2"$/,
      ],
      [
        "HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n",
        /a web server, which says "HTTP\/1.1 400 Bad Request"$/,
      ],
      ["220 mail ready\r\n", /something else, which says "220 mail ready"$/],
      ["\0\x01\x02\x1b[2J", /something else, which says "[ -~\ufffd]+"$/],
      ["x".repeat(100), /something else, which says "x{1,40}…?"$/],
    ] as const
  ) {
    await assert.rejects(
      recogniseHost(saying(said), new Uint8Array(1000)),
      captureVideoError("protocol", words),
    );
  }
});

Deno.test("recogniseHost() says that a server closed before it could be known", async () => {
  for (const pieces of [[], ["C"], [[0xff]]]) {
    await assert.rejects(
      recogniseHost(saying(...pieces), new Uint8Array(10)),
      captureVideoError("connection", /^Cannot talk to the host: it closed the connection/),
    );
  }
});
