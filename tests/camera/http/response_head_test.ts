import assert from "node:assert/strict";
import { findHead, header, parseHead } from "../../../lib/camera/http/response_head.ts";
import { moduleUrl, runToItsEnd } from "../../support/script.ts";

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

Deno.test("parseHead() reads heads as cameras write them", () => {
  const head = parseHead(
    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-length :  5 \r\n" +
      "www-authenticate: Digest realm=x\r\nno header\r\n",
  );
  assert.equal(head.status, 401);
  assert.equal(head.isPersistent, true);
  assert.equal(header(head, "content-length"), "5");
  assert.deepEqual(head.headers.get("www-authenticate"), ["Basic", "Digest realm=x"]);
  assert.equal(header(head, "location"), "");
});

Deno.test("parseHead() comes to the end of a header that is there again and again", async () => {
  await runToItsEnd(`
    import { parseHead } from "${moduleUrl("lib/camera/http/response_head.ts")}";
    parseHead("a:b\\n".repeat(1_000_000));`);
});

Deno.test("parseHead() knows which connections stay open", () => {
  for (
    const [text, isPersistent] of [
      ["HTTP/1.1 200 OK", true],
      ["HTTP/1.1 200", true],
      ["HTTP/1.1 200 OK\nConnection: Close", false],
      ["HTTP/1.0 200 OK", false],
      ["ICY 200 OK", false],
      ["Content-Type: image/jpeg", false],
    ] as const
  ) {
    assert.deepEqual([parseHead(text).status, parseHead(text).isPersistent], [200, isPersistent]);
  }
});

Deno.test("findHead() finds where the content begins, and waits while that is not known", () => {
  for (
    const head of [
      "HTTP/1.1 200 OK\r\nA: b\r\n\r\n",
      "HTTP/1.0 200 OK\n\n",
      "HTTP/1.1 200 OK\r\nA: b\n\r\n",
      "Server: without a status\r\nContent-Type: image/jpeg\r\n\r\n",
    ]
  ) {
    assert.equal(findHead(bytes(`${head}\xff\xd8`))?.contentAt, head.length);
    for (let length = 0; length < head.length; length++) {
      assert.equal(findHead(bytes(head.slice(0, length))), undefined, head.slice(0, length));
    }
  }
});

Deno.test("findHead() sees where there is no head", () => {
  for (const content of ["\xff\xd8\xff", "--boundary\r\n", "hello\r\nthere\r\n"]) {
    assert.deepEqual(findHead(bytes(content)), { end: 0, contentAt: 0 });
  }
});
