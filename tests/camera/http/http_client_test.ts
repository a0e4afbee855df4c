import assert from "node:assert/strict";
import { HttpSource } from "../../../lib/camera/http/http_source.ts";
import { captureVideoError } from "../../support/errors.ts";
import { FakeCamera } from "../../support/fake_camera.ts";
import { opened, OPTIONS, read, refusal, sendSnapshot } from "./support.ts";

Deno.test("HttpSource.open() says what a camera answers", async () => {
  for (
    const [answer, pattern] of [
      ["HTTP/1.1 403 Forbidden\r\n\r\n", /: it does not permit that \(403\)$/],
      ["HTTP/1.1 404 Not Found\r\n\r\n", /: no such page \(404\)$/],
      ["HTTP/1.0 500 Oops\r\n\r\n", /: it reports a fault of its own \(500\)$/],
      ["HTTP/1.1 503 Busy\r\n\r\n", /: it is busy \(503\); /],
      ["HTTP/1.1 418 Teapot\r\n\r\n", /: it answers with 418$/],
      ["HTTP/1.1 401 No\r\n\r\n", /: wrong name or password \(401\): the address holds none$/],
      [
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Log in</html>",
        /: a web page, not a picture; /,
      ],
      ["HTTP/1.1 200 OK\r\n\r\n", /: its answer is empty$/],
      ["", /: it closed the connection without an answer$/],
      ["HTTP/1.1 200 OK\r\nA: b", /: it closed the connection in the middle of its answer$/],
      [`HTTP/1.1 200 OK\r\n${"A: b\r\n".repeat(50_000)}`, /: its answer's headers have no end$/],
      [
        "HTTP/1.1 302 Found\r\nLocation: /again\r\n\r\n",
        /: it leads from one address to the next /,
      ],
      [
        "HTTP/1.1 302 Found\r\nLocation: rtsp://me:secret@10.0.0.7/\r\n\r\n",
        /: it leads to rtsp:\/\/10\.0\.0\.7\/, which is no address for pictures$/,
      ],
      [
        `HTTP/1.1 302 Found\r\nLocation: ftp://x.y/@${".".repeat(200_000)}\r\n\r\n`,
        /: it leads to ftp:\/\/x\.y\/@\.{188}…, which is no address for pictures$/,
      ],
    ] as [string, RegExp][]
  ) {
    await using camera = FakeCamera.start(({ write }) => write(answer));
    await refusal(camera, pattern);
  }
});

Deno.test("HttpSource.open() leaves to others what is no JPEG", async () => {
  for (const type of ["video/mp4", "application/vnd.apple.mpegurl", "application/octet-stream"]) {
    await using camera = FakeCamera.start(({ write }) =>
      write(`HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n\r\nwho knows what`)
    );
    assert.equal(await HttpSource.open(camera.url(), OPTIONS), undefined);
  }
});

Deno.test("HttpSource.open() knows an empty answer from one that is still to come", async () => {
  for (
    const answer of [
      "HTTP/1.1 204 No Content\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ]
  ) {
    await using camera = FakeCamera.start(async ({ write, gone }) => {
      await write(answer);
      await gone;
    });
    await refusal(camera, /: its answer is empty$/);
  }
});

Deno.test("HttpSource.open() tells a film from a picture that is no JPEG", async () => {
  for (const [type, isFilm] of [["video/mp4", true], ["image/png", false]] as const) {
    await using camera = FakeCamera.start(({ write }) =>
      write(`HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: 9\r\n\r\nsome film`)
    );
    let wasFilm = false;
    const onFile = () => wasFilm = true;
    assert.equal(await HttpSource.open(camera.url(), { ...OPTIONS, onFile }), undefined);
    assert.equal(wasFilm, isFilm, type);
  }
});

Deno.test("HttpSource.open() ends when nobody wants it any more", async () => {
  for (
    const answer of [
      "",
      "HTTP/1.1 200 OK\r\nA: ",
      "HTTP/1.1 200 OK\r\nContent-Type: multipart/x\r\n\r\n",
    ]
  ) {
    const stop = new AbortController();
    await using camera = FakeCamera.start(async ({ write, gone }) => {
      await write(answer);
      stop.abort();
      await gone;
    });
    await assert.rejects(
      HttpSource.open(camera.url(), { fps: 1, timeoutMs: 3.6e6, signal: stop.signal }),
      captureVideoError("camera-lost", /: it is closed$/),
    );
  }
});

Deno.test("HttpSource.open() does not wait for a camera that says nothing", async () => {
  await using camera = FakeCamera.start(({ gone }) => gone);
  await assert.rejects(
    HttpSource.open(camera.url(), { fps: 30, timeoutMs: 300 }),
    captureVideoError("camera-unavailable", /^Cannot open http:\S+: no answer for 0\.3 s$/),
  );
});

Deno.test("HttpSource.open() says that nothing listens, and which address is none", async () => {
  for (
    const [url, pattern] of [
      [
        "http://me:secret@127.0.0.1:1/",
        /^Cannot open http:\/\/127\.0\.0\.1:1\/: the connection was/,
      ],
      [
        "https://127.0.0.1:1/",
        /^Cannot open https:\/\/127\.0\.0\.1:1\/: the connection was refused/,
      ],
      ["http://a..b/", /^Cannot open http:\/\/a\.\.b\/: that is not a valid name or address$/],
      [
        "http://127.0.0.1:99999/",
        /^Cannot open http:\/\/127\.0\.0\.1:99999\/: that is not a valid/,
      ],
    ] as [string, RegExp][]
  ) {
    await assert.rejects(
      HttpSource.open(url, OPTIONS),
      captureVideoError("camera-unavailable", pattern),
    );
  }
});

Deno.test("HttpSource.open() says which of http and https was meant", async () => {
  const tls = {
    cert: await Deno.readTextFile("tests/fixtures/tls/certificate.pem"),
    key: await Deno.readTextFile("tests/fixtures/tls/key.pem"),
  };
  await using encrypted = FakeCamera.start(sendSnapshot, { tls });
  await assert.rejects(
    HttpSource.open(encrypted.url().replace("https", "http"), OPTIONS),
    captureVideoError("camera-unavailable", /: it wants an encrypted connection, by https:\/\/$/),
  );
  using plain = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const answering = plain.accept().then(async (connection) => {
    await connection.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
    connection.close();
  });
  await assert.rejects(
    HttpSource.open(`https://127.0.0.1:${plain.addr.port}/`, OPTIONS),
    captureVideoError("camera-unavailable", /: no encrypted connection can be made \(/),
  );
  await answering;
});

Deno.test("HttpSource follows redirects, and gives its password to the first camera alone", async () => {
  await using other = FakeCamera.start((request) =>
    /authorization/i.test(request.head)
      ? request.write("HTTP/1.1 403 Forbidden\r\n\r\n")
      : sendSnapshot(request)
  );
  await using camera = FakeCamera.start(({ head, write }) => {
    if (!/authorization/i.test(head)) {
      return write("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\n\r\n");
    }
    const to = head.startsWith("GET /there ") ? other.url("/elsewhere") : "/there";
    return write(`HTTP/1.1 302 Found\r\nLocation: ${to}\r\nContent-Length: 0\r\n\r\n`);
  });
  await using source = await opened(camera, "me:secret");
  assert.deepEqual(await read(source, 1), [1]);
  assert.match(other.requests[0]!, /^GET \/elsewhere /);
});

Deno.test("HttpSource proves its password as the camera wants it", async () => {
  const wanted = `Basic ${btoa("me:p@ss:w/rd#1")}`;
  await using camera = FakeCamera.start(async (request) => {
    if (request.head.includes(wanted)) return await sendSnapshot(request);
    await request.write("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\n\r\n");
  });
  for (const userInfo of ["me:p%40ss%3Aw%2Frd%231", "me:p@ss:w/rd#1"]) {
    await using source = await opened(camera, userInfo);
    await read(source, 1);
  }
  await refusal(camera, /^Cannot open [^@]*: wrong name or password \(401\)$/, "me:secret");
});

Deno.test("HttpSource answers a challenge as long as it holds, and a new one at once", async () => {
  const nonces: (string | undefined)[] = [];
  await using camera = FakeCamera.start(async (request) => {
    const nonce = /nonce="(\w+)", uri="\/stream\?a=b"/.exec(request.head)?.[1];
    const count = /nc=(\w+)/.exec(request.head)?.[1];
    nonces.push(nonce && `${nonce}:${Number(count)}`);
    // Every challenge holds for two requests.
    const current = `n${Math.floor(nonces.filter((seen) => seen?.endsWith(":1")).length)}`;
    if (nonce && Number(count) <= 2) return await sendSnapshot(request);
    await request.write(
      `HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=x, qop="auth", nonce=${current}`,
      `${nonce ? ", stale=TRUE" : ""}\r\n\r\n`,
    );
  });
  await using source = await opened(camera, "me:secret");
  await read(source, 4);
  assert.deepEqual(nonces.slice(0, 6), [undefined, "n0:1", "n0:2", "n0:3", "n1:1", "n1:2"]);
});

Deno.test("HttpSource answers a challenge whose realm is not in ASCII", async () => {
  await using camera = FakeCamera.start((request) =>
    request.head.includes('realm="登录"')
      ? sendSnapshot(request)
      : request.write('HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="登录", nonce=1\r\n\r\n')
  );
  await using source = await opened(camera, "me:secret");
  await read(source, 1);
});
