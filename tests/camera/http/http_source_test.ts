import assert from "node:assert/strict";
import { Mat, monotonicMicros } from "../../../lib/opencv/mod.ts";
import { captureVideoError } from "../../support/errors.ts";
import { FakeCamera, type FakeRequest } from "../../support/fake_camera.ts";
import { NUMBERED_SIZE, numberFrom } from "../../support/numbered_pictures.ts";
import { until } from "../../support/until.ts";
import {
  assertIncreasing,
  jpeg,
  opened,
  read,
  sendParts,
  sendSnapshot,
  STREAM,
} from "./support.ts";

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
  ["line breaks in front", `\r\n\r\n${STREAM}`],
  ["a status line without a version", STREAM.replace("/1.1", "")],
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

Deno.test("HttpSource.read() unpacks what a camera packs, a stream or single pictures", async () => {
  for (const coding of ["gzip", "deflate"] as const) {
    const packed = async (...parts: (string | Uint8Array<ArrayBuffer>)[]) => {
      const packing = new Blob(parts).stream().pipeThrough(new CompressionStream(coding));
      return await new Response(packing).bytes();
    };
    const header = `Content-Encoding: ${coding}\r\n`;
    await using stream = FakeCamera.start(async ({ write, gone }) => {
      const parts = [1, 2, 3].flatMap((number) => ["--b\r\n\r\n", jpeg(number), "\r\n"]);
      const bytes = await packed(...parts);
      await write(STREAM.replace("\r\n", `\r\n${header}`), bytes.subarray(0, -9));
      await gone;
    });
    await using pictures = await opened(stream);
    assert.ok((await read(pictures, 1))[0]! >= 1);

    await using camera = FakeCamera.start(async ({ number, write }) => {
      const bytes = await packed(jpeg(number));
      const length = `Content-Length: ${bytes.length}\r\n`;
      await write(`HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n${header}${length}\r\n`, bytes);
      return "keep";
    });
    await using snapshots = await opened(camera);
    assertIncreasing(await read(snapshots, 5), coding);
    assert.match(camera.requests[0]!, /^Accept-Encoding: identity\r$/m);
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
      ["without an end of the picture, and the connection stays, deaf", async (request) => {
        const cut = jpeg(request.number).subarray(0, -2);
        await request.write(`HTTP/1.1 200 OK\r\nContent-Length: ${cut.length}\r\n\r\n`, cut);
        await request.gone;
      }],
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
    assertIncreasing(await read(source, 5), what);
    const onOne = /stays$|chunk/.test(what);
    assert.equal(camera.connections === 1, onOne, `${camera.connections} connections ${what}`);
  }
});

Deno.test("HttpSource makes a new connection where one that was left open is not heard", async () => {
  await using camera = FakeCamera.start(async (request) => {
    if (request.number === 2) return await request.gone;
    await sendSnapshot(request);
    return "keep";
  });
  await using source = await opened(camera);
  const numbers = await read(source, 4);
  assertIncreasing(numbers, "after silence");
  assert.ok(!numbers.includes(2));
  assert.ok(camera.requests.length - camera.connections <= 1, "a deaf connection was kept again");
});

Deno.test("HttpSource asks anew after this program stood still: what came meanwhile is old", async () => {
  const goOn = Promise.withResolvers<void>();
  await using camera = FakeCamera.start(async (request) => {
    await request.write(STREAM);
    await sendParts(request, [request.number]);
    if (request.number === 1) {
      await goOn.promise;
      await sendParts(request, [9]);
    }
    await request.gone;
  });
  const { now } = performance;
  try {
    await using source = await opened(camera);
    assert.deepEqual(await read(source, 1), [1]);
    performance.now = () => now.call(performance) + 5000;
    goOn.resolve();
    assert.deepEqual(await read(source, 1), [2]);
  } finally {
    performance.now = now;
  }
});

Deno.test("HttpSource goes on where a connection is refused or empty now and then", async () => {
  await using camera = FakeCamera.start(async (request) => {
    if (request.number % 3 === 2) return;
    if (request.number % 3 === 0) return request.write("HTTP/1.1 503 Busy\r\n\r\n");
    await sendSnapshot(request);
  });
  await using source = await opened(camera);
  const numbers = await read(source, 3);
  assertIncreasing(numbers, "after answers without a picture");
  assert.ok(numbers.every((number) => number % 3 === 1));
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

Deno.test("HttpSource leaves timers their turn with a camera that sends without a pause", async () => {
  const parts = await new Blob(Array(20_000).fill("--b\r\n\r\n\xff\r\n")).bytes();
  await using camera = FakeCamera.start(async ({ write }) => {
    await write(STREAM, "--b\r\n\r\n", jpeg(1), "\r\n");
    for (;;) await write(parts);
  });
  await using _source = await opened(camera);
  let turns = 0;
  const counting = setInterval(() => turns++, 1);
  await until("a hundred turns", () => turns > 100);
  clearInterval(counting);
});
