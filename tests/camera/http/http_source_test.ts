import assert from "node:assert/strict";
import "../../support/bridge.ts";
import { HttpSource } from "../../../lib/camera/http/http_source.ts";
import { Mat, monotonicMicros } from "../../../lib/opencv/mod.ts";
import { captureVideoError } from "../../support/errors.ts";
import { FakeCamera, type FakeRequest } from "../../support/fake_camera.ts";
import { NUMBERED_SIZE, numberedJpeg, numberFrom } from "../../support/numbered_pictures.ts";
import { until } from "../../support/until.ts";

const OPTIONS = { fps: 100, timeoutMs: 10_000 };
const STREAM = "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n";

const JPEGS = await Promise.all(Array.from({ length: 12 }, (_, number) => numberedJpeg(number)));

function jpeg(number: number): Uint8Array<ArrayBuffer> {
  return JPEGS[number % JPEGS.length]!;
}

/** Sends pictures as a stream should, as many as wanted. */
async function sendParts({ write }: FakeRequest, numbers: Iterable<number>): Promise<void> {
  for (const number of numbers) {
    await write("--b\r\nContent-Type: image/jpeg\r\n\r\n", jpeg(number), "\r\n");
  }
}

/** A snapshot as an answer of its own. */
async function sendSnapshot({ write, number }: FakeRequest, headers = ""): Promise<void> {
  await write(
    `HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg(number).length}\r\n`,
    `${headers}\r\n`,
    jpeg(number),
  );
}

async function opened(camera: FakeCamera, userInfo = ""): Promise<HttpSource> {
  const source = await HttpSource.open(camera.url("/stream?a=b", userInfo), OPTIONS);
  assert.ok(source, "it is no source of JPEGs");
  return source;
}

/** Reads so many pictures and gives their numbers. */
async function read(source: HttpSource, count: number): Promise<number[]> {
  using mat = new Mat();
  const numbers: number[] = [];
  while (numbers.length < count) {
    await source.read(mat);
    numbers.push((await numberFrom(source, mat))!);
  }
  return numbers;
}

/** What opening it says. */
async function refusal(camera: FakeCamera, pattern: RegExp, userInfo = ""): Promise<void> {
  await assert.rejects(
    HttpSource.open(camera.url("/stream", userInfo), OPTIONS),
    captureVideoError("camera-unavailable", pattern),
  );
}

Deno.test("HttpSource.read() gives a stream's pictures as they are, and when they came", async () => {
  let goOn = Promise.withResolvers<void>();
  await using camera = FakeCamera.start(async (request) => {
    await request.write(STREAM);
    for (let number = 1; number <= 3; number++) {
      if (number > 1) await goOn.promise;
      goOn = Promise.withResolvers();
      await sendParts(request, [number]);
    }
    await request.gone;
  });
  await using source = await opened(camera, "me:secret");
  const { description, width, height, fps, format } = source.info;
  assert.equal(description, camera.url("/stream?a=b"));
  assert.deepEqual({ width, height }, NUMBERED_SIZE);
  assert.deepEqual([fps, format, source.pixelFormat], [0, "mjpg", "mjpg"]);

  using mat = new Mat();
  await source.read(mat);
  assert.deepEqual(mat.getData(), jpeg(1));
  for (const number of [2, 3]) {
    const before = monotonicMicros();
    const reading = source.read(mat);
    goOn.resolve();
    const atMicros = await reading;
    assert.ok(atMicros >= before && atMicros <= monotonicMicros());
    assert.deepEqual(mat.getData(), jpeg(number));
  }
  assert.match(camera.requests[0]!, /^GET \/stream\?a=b HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\n/);
  assert.doesNotMatch(camera.requests[0]!, /authorization/i);
});

Deno.test("HttpSource.read() gives the newest picture when nobody asked for a while", async () => {
  await using camera = FakeCamera.start(async (request) => {
    await request.write(STREAM);
    await sendParts(request, [1]);
    await sendParts(request, [2, 3, 4, 5]);
    await request.gone;
  });
  await using source = await opened(camera);
  using mat = new Mat();
  await until("the newest", async () => {
    await source.read(mat);
    return await numberFrom(source, mat) === 5;
  });
});

/** Heads that all mean the same stream. */
const HEADS: readonly [what: string, head: string][] = [
  ["HTTP/1.0", STREAM.replace("1.1", "1.0")],
  ["no status line", STREAM.replace(/^.*\r\n/, "")],
  ["no head at all", ""],
  ["line feeds alone", STREAM.replaceAll("\r", "")],
  [
    "64 kB of headers",
    STREAM.replace("\r\n", `\r\n${`X-Filler: ${"y".repeat(200)}\r\n`.repeat(320)}`),
  ],
  ["one header of 20 kB", STREAM.replace("\r\n", `\r\nSet-Cookie: ${"z".repeat(20_000)}\r\n`)],
  ["no boundary", STREAM.replace(/;.*/, "")],
  ["multipart/mixed", STREAM.replace("x-mixed-replace", "mixed")],
  ["no type", STREAM.replace(/Content-Type.*\r\n/, "")],
  ["the wrong type", STREAM.replace(/multipart.*/, "text/html")],
  ["a length", STREAM.replace("\r\n", "\r\nContent-Length: 10\r\n")],
  ["100 Continue in front", `HTTP/1.1 100 Continue\r\n\r\n${STREAM}`],
];

for (const [what, head] of HEADS) {
  Deno.test(`HttpSource.open() understands a stream that begins with ${what}`, async () => {
    await using camera = FakeCamera.start(async (request) => {
      await request.write(head);
      await sendParts(request, [1, 2]);
      await request.gone;
    });
    await using source = await opened(camera);
    assert.ok((await read(source, 1))[0]! <= 2);
  });
}

Deno.test("HttpSource.open() understands chunks, and JPEGs without parts", async () => {
  await using chunked = FakeCamera.start(async ({ write, gone }) => {
    await write(STREAM.replace("\r\n", "\r\nTransfer-Encoding: chunked\r\n"));
    for (const piece of ["--b\r\n\r\n", jpeg(1).subarray(0, 99), jpeg(1).subarray(99), "\r\n"]) {
      await write(`${piece.length.toString(16)}\r\n`, piece, "\r\n");
    }
    await gone;
  });
  await using source = await opened(chunked);
  assert.deepEqual(await read(source, 1), [1]);
  for (const type of ["image/jpeg", "video/x-motion-jpeg", "application/octet-stream"]) {
    await using bare = FakeCamera.start(async ({ write, gone }) => {
      await write(`HTTP/1.0 200 OK\r\nContent-Type: ${type}\r\n\r\n`, jpeg(1), jpeg(2));
      await gone;
    });
    await using source = await opened(bare);
    assert.ok((await read(source, 1))[0]! <= 2);
  }
});

Deno.test("HttpSource asks again and again where one picture comes a request", async () => {
  for (
    const [what, send] of [
      ["and the connection stays", async (request) => {
        await sendSnapshot(request);
        return "keep";
      }],
      ["and the connection ends", (request) => sendSnapshot(request, "Connection: close\r\n")],
      ["and it ends without a word", (request) => sendSnapshot(request)],
      [
        "without a length",
        ({ write, number }) =>
          write("HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n", jpeg(number)),
      ],
      ["with a length that is too large", async ({ write, number, gone }) => {
        const head = `HTTP/1.1 200 OK\r\nContent-Length: ${jpeg(number).length + 100}\r\n\r\n`;
        await write(head, jpeg(number));
        await gone;
      }],
      [
        "with a length that is too small",
        ({ write, number }) =>
          write(`HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n`, jpeg(number)),
      ],
      ["in a chunk", async ({ write, number }) => {
        await write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        await write(`${jpeg(number).length.toString(16)}\r\n`, jpeg(number), "\r\n0\r\n\r\n");
        return "keep";
      }],
      ["in a stream that ends", async (request) => {
        await request.write(STREAM);
        await sendParts(request, [request.number]);
      }],
      ["in a stream that ends in the middle of the next", async (request) => {
        await request.write(STREAM);
        await sendParts(request, [request.number]);
        await request.write("--b\r\n\r\n", jpeg(9).subarray(0, 50));
      }],
    ] as [string, (request: FakeRequest) => Promise<unknown>][]
  ) {
    await using camera = FakeCamera.start(send);
    await using source = await opened(camera);
    assert.deepEqual(await read(source, 5), [1, 2, 3, 4, 5], what);
    const onOne = /stays|chunk/.test(what);
    assert.equal(camera.connections === 1, onOne, `${camera.connections} connections ${what}`);
  }
});

Deno.test("HttpSource goes on where a connection is refused or empty now and then", async () => {
  await using camera = FakeCamera.start(async (request) => {
    if (request.number % 3 === 2) return;
    if (request.number % 3 === 0) return request.write("HTTP/1.1 503 Busy\r\n\r\n");
    await sendSnapshot(request);
  });
  await using source = await opened(camera);
  assert.deepEqual(await read(source, 3), [1, 4, 7]);
});

Deno.test("HttpSource.read() says why a camera does not come back", async () => {
  const camera = FakeCamera.start(async (request) => {
    await sendSnapshot(request);
    return "keep";
  });
  await using source = await opened(camera);
  await camera[Symbol.asyncDispose]();
  await assert.rejects(
    () => read(source, 1e6),
    captureVideoError("camera-unavailable", /^Cannot open http:\S+: the connection was refused; /),
  );
});

Deno.test("HttpSource.read() says that a stream has ended which gives no more pictures", async () => {
  await using camera = FakeCamera.start(async (request) => {
    await request.write(STREAM);
    if (request.number === 1) await sendParts(request, [1]);
  });
  await using source = await opened(camera);
  await read(source, 1);
  await assert.rejects(
    () => read(source, 1),
    captureVideoError("camera-lost", /^Cannot read http:\S+: the stream has ended$/),
  );
});

Deno.test("HttpSource.open() says what a camera answers", async () => {
  for (
    const [answer, pattern] of [
      ["HTTP/1.1 403 Forbidden\r\n\r\n", /: it does not permit that \(403\)$/],
      ["HTTP/1.1 404 Not Found\r\n\r\n", /: no such page \(404\)$/],
      ["HTTP/1.0 500 Oops\r\n\r\n", /: it reports a fault of its own \(500\)$/],
      ["HTTP/1.1 503 Busy\r\n\r\n", /: it is busy \(503\); /],
      ["HTTP/1.1 418 Teapot\r\n\r\n", /: it answers with 418$/],
      ["HTTP/1.1 401 No\r\n\r\n", /: wrong name or password \(401\): the address holds none/],
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

Deno.test("HttpSource.close() ends the connection, whatever is under way", async () => {
  const gone = Promise.withResolvers<void>();
  await using camera = FakeCamera.start(async (request) => {
    await request.write(STREAM);
    await sendParts(request, [1]);
    await request.gone;
    gone.resolve();
  });
  const source = await opened(camera);
  await read(source, 1);
  const reading = assert.rejects(() => read(source, 1), captureVideoError("camera-lost", /closed/));
  await source.close();
  await source.close();
  await reading;
  await gone.promise;
});
