/** Network cameras that send JPEGs over HTTP, from the camera's bytes to what a guest gets and hears. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { JpegStreamCutter } from "../../lib/jpeg/stream.ts";
import { pause } from "../../lib/flow/timing.ts";
import { FakeCamera, type FakeRequest } from "../support/fake_camera.ts";
import { temporaryFolder } from "../support/folder.ts";
import { numberedJpeg } from "../support/numbered_pictures.ts";
import { Program } from "../support/programs.ts";
import { Screen } from "../support/screen.ts";
import { testSideBySide } from "../support/side_by_side.ts";

const JPEGS = await Promise.all(Array.from({ length: 32 }, (_, number) => numberedJpeg(number)));
const STREAM = "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n";

const HOST = ["--port=0", "--no-preview", "--stats=json"];
const GUEST = ["--no-window", "--stats=json"];

function host(source: string, ...options: string[]): Program {
  return Program.start("host", [...HOST, `--source=${source}`, ...options]);
}

async function guestOf(host: Program, ...options: string[]): Promise<Program> {
  return Program.start("guest", [await host.address(), ...GUEST, ...options]);
}

/** Sends a stream's pictures, until the other side has gone or so many are sent. */
async function stream(request: FakeRequest, { fps = 20, count = Infinity } = {}): Promise<void> {
  const gone = new AbortController();
  request.gone.then(() => gone.abort());
  await request.write(STREAM);
  for (let number = 0; !gone.signal.aborted && number < count; number++) {
    const jpeg = JPEGS[number % JPEGS.length]!;
    await request.write("--b\r\nContent-Type: image/jpeg\r\n\r\n", jpeg, "\r\n");
    // A camera has a rate.
    await pause(1000 / fps, gone.signal);
  }
}

/** What host and guest said of the camera, in order. */
function statesIn({ words }: Program): string[] {
  return words.flatMap((line) => /^\w+: (?:lost: )?(camera \w+|live)\b/.exec(line)?.[1] ?? []);
}

Deno.test("a camera's JPEGs arrive as they are", async () => {
  await using folder = await temporaryFolder();
  await using camera = FakeCamera.start((request) => stream(request));
  await using sender = host(camera.url());
  const output = `${folder.path}/seen.mjpeg`;
  const guest = await Program.run("guest", [
    await sender.address(),
    ...["--no-window", "--frames=10", `--output=${output}`],
  ]);
  assert.equal(guest.code, 0);
  const seen = new JpegStreamCutter().push(await Deno.readFile(output));
  assert.equal(seen.length, 10);
  const sent = new Set(JPEGS.map((jpeg) => jpeg.toHex()));
  for (const jpeg of seen) assert.ok(sent.has(jpeg.toHex()), "a picture was changed");
  await sender.line(/^host: http:\S+: 320x240, mjpg$/);
});

Deno.test("an address that gives one picture is asked again and again, live throughout", async () => {
  await using camera = FakeCamera.start(({ write, number }) => {
    const jpeg = JPEGS[number % JPEGS.length]!;
    return write(`HTTP/1.0 200 OK\r\nContent-Length: ${jpeg.length}\r\n\r\n`, jpeg);
  });
  await using sender = host(camera.url(), "--fps=15");
  await using guest = await guestOf(sender);
  await guest.guestReport(({ received }) => received >= 30);
  assert.deepEqual(statesIn(sender), ["camera live"]);
  assert.deepEqual(statesIn(guest), ["live"]);
});

Deno.test("a camera that ends its stream again and again stays live", async () => {
  await using camera = FakeCamera.start(async (request) => {
    await stream(request, { count: 5, fps: 50 });
    if (request.number % 2) await request.write("--b\r\n\r\n", JPEGS[0]!.subarray(0, 1000));
  });
  await using sender = host(camera.url());
  await using guest = await guestOf(sender);
  await guest.guestReport(() => camera.requests.length >= 8);
  assert.deepEqual(statesIn(sender), ["camera live"]);
  assert.deepEqual(statesIn(guest), ["live"]);
});

Deno.test("a camera that sends a picture now and then is not lost between two of them", async () => {
  await using camera = FakeCamera.start((request) => stream(request, { fps: 1 }));
  await using sender = host(camera.url(), "--device-timeout=0.3");
  await using guest = await guestOf(sender);
  await guest.guestReport(({ received }) => received >= 6);
  assert.deepEqual(statesIn(sender), ["camera live"]);
  assert.equal(camera.connections, 1);
});

Deno.test("a camera that falls silent is lost, and comes back", async () => {
  await using camera = FakeCamera.start(async (request) => {
    await stream(request, request.number === 1 ? { count: 10 } : {});
    await request.gone;
  });
  await using sender = host(camera.url(), "--device-timeout=0.5");
  await using guest = await guestOf(sender);
  await guest.line(/^guest: lost: camera lost: Cannot read http:\S+: no picture for 0\.5 s$/);
  await guest.guestReport(({ state }) => state === "live");
  assert.deepEqual(statesIn(sender).slice(0, 3), ["camera live", "camera lost", "camera live"]);
});

Deno.test("a camera that accepts and says nothing is reported, and found when it speaks", async () => {
  let speaks = false;
  await using camera = FakeCamera.start((request) => speaks ? stream(request) : request.gone);
  await using sender = host(camera.url(), "--device-timeout=0.5");
  await using guest = await guestOf(sender);
  await guest.line(/^guest: lost: camera lost: Cannot open http:\S+: no answer for 0\.5 s$/);
  speaks = true;
  await guest.guestReport(({ state }) => state === "live");
});

Deno.test("an RTSP camera that says nothing is reported while it is still waited for", async () => {
  await using camera = FakeCamera.start(({ gone }) => gone);
  await using sender = host(
    camera.url("/main", "me:secret").replace("http", "rtsp"),
    "--device-timeout=0.5",
  );
  await using guest = await guestOf(sender);
  const line =
    /lost: Cannot open rtsp:\/\/127\.0\.0\.1:\d+\/main: no answer for 0\.5 s; waiting on$/;
  await sender.line(line);
  await guest.line(line);
});

Deno.test("a camera that is gone and returns is found again", async () => {
  const first = FakeCamera.start((request) => stream(request));
  await using sender = host(first.url());
  await using guest = await guestOf(sender);
  await guest.line(/^guest: live$/);
  await first[Symbol.asyncDispose]();
  await guest.line(
    /camera lost: Cannot open http:\S+: the connection was refused; nothing listens/,
  );
  await using _back = FakeCamera.start((request) => stream(request), { port: first.port });
  await guest.guestReport(({ state }) => state === "live");
});

/** What a camera answers, and what everybody is told of it. */
const ANSWERS: readonly (readonly [answer: string, words: string])[] = [
  ["HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\n\r\n", "wrong name or password (401)"],
  ["HTTP/1.1 404 Not Found\r\n\r\n", "no such page (404)"],
  ["HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", "a web page, not a picture; "],
];

testSideBySide("what a camera answers instead of pictures is reported to everybody", ANSWERS, {
  name: ([, words]) => words,
  test: async ([answer, words]) => {
    await using camera = FakeCamera.start(({ write }) => write(answer));
    await using sender = host(camera.url("/stream", "me:sesame"));
    await using guest = await guestOf(sender);
    for (const program of [sender, guest]) {
      const { text } = await program.line(/camera lost: /);
      assert.ok(text.includes(`Cannot open ${camera.url()}: ${words}`), text);
    }
    assertHidden("sesame", sender, guest);
  },
});

function assertHidden(secret: string, ...programs: Program[]): void {
  for (const { lines } of programs) {
    for (const { text } of lines) assert.ok(!text.includes(secret), text);
  }
}

/** Where a password is written, and how it is meant. */
const PASSWORDS: readonly (readonly [path: string, userInfo: string, meant?: string])[] = [
  ["/a", "adm:sesame#1", "adm:sesame#1"],
  ["/a", "adm:ses/sesame", "adm:ses/sesame"],
  ["/a", "adm:what?sesame", "adm:what?sesame"],
  ["/a", "adm:ses ame@sesame", "adm:ses ame@sesame"],
  ["/a", "adm:sesame%231", "adm:sesame#1"],
  ["/a?user=adm&password=sesame", ""],
];

testSideBySide(
  "names and passwords work however they are written, and nobody sees them",
  PASSWORDS,
  {
    name: ([path, userInfo]) => userInfo || path,
    test: async ([path, userInfo, meant]) => {
      const seen: string[] = [];
      await using camera = FakeCamera.start((request) => {
        const basic = /^Authorization: Basic (.*)$/m.exec(request.head)?.[1];
        if (basic) seen.push(atob(basic.trim()));
        else if (!request.head.includes("password=")) {
          return request.write("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\n\r\n");
        }
        return stream(request);
      });
      await using sender = host(camera.url(path, userInfo));
      await using guest = await guestOf(sender);
      await guest.line(/^guest: live$/);
      assert.equal(seen.at(-1), meant);
      assertHidden("sesame", sender, guest);
    },
  },
);

Deno.test("a URL with a password that is given wrongly is not repeated", async () => {
  for (
    const options of [
      ["http://adm:sesame@10.0.0.7/"],
      ["--source", "rtsp://adm:sesame#1"],
      ["--sourc=http://adm:sesame@10.0.0.7/"],
      ["--width=http://adm:ses sesame@10.0.0.7/"],
    ]
  ) {
    const { code, words } = await Program.run("host", options);
    assert.equal(code, 2, words.join("\n"));
    assert.doesNotMatch(words.join("\n"), /sesame/);
  }
});

Deno.test("demo shows an HTTP camera", async () => {
  await using screen = await Screen.start({ width: 320, height: 240 });
  await using camera = FakeCamera.start((request) => stream(request));
  await using _demo = Program.start("demo", [`--source=${camera.url()}`], { env: screen.env });
  await screen.advances();
});

Deno.test("a camera with a certificate of its own is read, and a line says what that is worth", async () => {
  const file = (name: string) =>
    Deno.readTextFile(new URL(`../fixtures/tls/${name}`, import.meta.url));
  const tls = { cert: await file("certificate.pem"), key: await file("key.pem") };
  await using camera = FakeCamera.start((request) => stream(request), { tls });
  await using sender = host(camera.url("/stream", "me:sesame"));
  await using guest = await guestOf(sender);
  await guest.line(/^guest: live$/);
  await sender.line(
    /^host: https:\/\/127\S+: nobody vouches for its certificate \(DEPTH_ZERO_SELF_/,
  );
  assertHidden("sesame", sender, guest);
});
