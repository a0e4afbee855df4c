/** Pictures for other people's programs, as a real host gives them. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { FakeCamera } from "../support/fake_camera.ts";
import { numberInJpeg } from "../support/number_in_jpeg.ts";
import { numberedJpeg } from "../support/numbered_pictures.ts";
import { say } from "../support/peers.ts";
import { until } from "../support/until.ts";
import { readParts } from "./parts.ts";
import { WebHost } from "./web_host.ts";

Deno.test("/snapshot gives a picture that was captured after the request, and opens the camera", async () => {
  await using host = await WebHost.start();
  assert.equal((await host.state()).source.state, "idle");
  let before = 0;
  for (const path of ["snapshot", "?action=snapshot", "snapshot?camera=0"]) {
    const askedAtSec = Date.now() / 1000;
    const answer = await host.ask(path);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("Content-Type"), "image/jpeg");
    assert.equal(answer.headers.get("Cache-Control"), "no-store, no-transform");
    // The wall clock may be set by some milliseconds meanwhile.
    assert.ok(Number(answer.headers.get("X-Timestamp")) > askedAtSec - 0.1);
    const number = await numberInJpeg(new Uint8Array(await answer.arrayBuffer()));
    assert.ok(number !== undefined && number > before, `${number}`);
    before = number;
  }
  assert.equal((await host.state()).source.state, "live");
});

Deno.test("/snapshot?cached gives at once what a stream has just sent", async () => {
  await using host = await WebHost.start(["--fps=2"]);
  const answer = await host.ask("stream");
  const parts = readParts(answer.body!);
  const { value: part } = await parts.next();
  const cached = await host.ask("snapshot?cached");
  await cached.body?.cancel();
  assert.ok(Number(cached.headers.get("X-Timestamp")) >= part!.timestamp);
  await parts.return(undefined);
});

Deno.test("/stream gives one picture after another, each whole, with its length and time", async () => {
  await using host = await WebHost.start();
  for (const path of ["stream", "?action=stream"]) {
    const answer = await host.ask(path);
    assert.match(answer.headers.get("Content-Type") ?? "", /^multipart\/x-mixed-replace; bound/);
    const parts = readParts(answer.body!);
    let before = { number: 0, timestamp: 0 };
    for (let count = 0; count < 5; count++) {
      const { value: part } = await parts.next();
      const number = await numberInJpeg(part!.jpeg) ?? 0;
      assert.ok(number > before.number && part!.timestamp > before.timestamp);
      before = { number, timestamp: part!.timestamp };
    }
    await until("one there", async () => (await host.state()).stream.clients === 1);
    await parts.return(undefined);
    await host.program.line(/\(stream\) ended: left$/);
    await until("nobody there", async () => (await host.state()).stream.clients === 0);
  }
});

Deno.test("/stream sends the last picture a second time to WebKit when no newer one comes", async () => {
  await using host = await WebHost.start(["--fps=1"]);
  const agent = { "User-Agent": "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Safari/605.1.15" };
  const safari = readParts((await host.ask("stream", { headers: agent })).body!);
  const stamps: number[] = [];
  for (let count = 0; count < 6; count++) stamps.push((await safari.next()).value!.timestamp);
  await safari.return(undefined);
  assert.deepEqual(stamps[0], stamps[1]);
  assert.equal(new Set(stamps).size, 3);
});

Deno.test("/stream of a reader that stops reading disturbs nobody, and skips for that reader alone", async () => {
  await using host = await WebHost.start(["--width=1920", "--height=1080"]);
  using stopped = await Deno.connect({ hostname: "127.0.0.1", port: host.port });
  await say(stopped, "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const reading = readParts((await host.ask("stream")).body!);
  const skipped = async () => {
    await reading.next();
    const { clients_stat } = (await host.state()).stream;
    return Object.values<{ skipped: number }>(clients_stat).map(({ skipped }) => skipped);
  };
  // Its connection's buffers are full before that.
  await until("pictures skipped", async () => Math.max(...await skipped()) > 30);
  for (let count = 0; count < 30; count++) await reading.next();
  assert.ok(Math.min(...await skipped()) < 10);
  await reading.return(undefined);
});

Deno.test("/stream counts as a guest, and is refused where there are enough", async () => {
  await using host = await WebHost.start(["--max-guests=1"]);
  const first = readParts((await host.ask("stream")).body!);
  await first.next();
  const second = await host.ask("stream");
  assert.equal(second.status, 503);
  assert.equal(await second.text(), "the host serves 1 guest at most (--max-guests)\n");
  // A snapshot takes nobody's place.
  const snapshot = await host.ask("snapshot");
  assert.equal(snapshot.status, 200);
  await snapshot.body?.cancel();
  await first.return(undefined);
  await host.program.line(/ended: left$/);
  const third = await until("a place", async () => {
    const answer = await host.ask("stream");
    if (answer.status === 200) return answer;
    await answer.body?.cancel();
  });
  await third.body?.cancel();
});

Deno.test("/snapshot and /stream say what HEAD asks for, and open nothing", async () => {
  await using host = await WebHost.start();
  for (const [path, type] of [["snapshot", /^image\/jpeg$/], ["stream", /^multipart\//]] as const) {
    const answer = await host.ask(path, { method: "HEAD" });
    assert.match(answer.headers.get("Content-Type") ?? "", type);
    await answer.body?.cancel();
  }
  const { source, stream } = await host.state();
  assert.deepEqual([source.state, stream.clients], ["idle", 0]);
});

Deno.test("/state, /metrics and /healthz say how the host is", async () => {
  await using host = await WebHost.start(["--width=320", "--height=240"]);
  const parts = readParts((await host.ask("stream")).body!);
  await parts.next();
  const { source, encoder, stream } = await until("figures", async () => {
    const state = await host.state();
    return state.source.captured_fps > 25 && state.stream.clients === 1 && state;
  });
  assert.deepEqual(source.resolution, { width: 320, height: 240 });
  assert.deepEqual([source.online, source.desired_fps, encoder.quality], [true, 30, 80]);
  assert.ok(stream.frameBytes > 1000);
  const metrics = await (await host.ask("metrics")).text();
  assert.match(
    metrics,
    /^# TYPE capturevideo_viewers gauge\ncapturevideo_viewers{camera="camera"} 1$/m,
  );
  assert.match(metrics, /^capturevideo_camera_live{camera="camera"} 1$/m);
  for (const line of metrics.trimEnd().split("\n")) {
    assert.match(
      line,
      /^(# (HELP|TYPE) capturevideo_\w+ .+|capturevideo_\w+({camera="camera"})? [\d.e+-]+)$/,
    );
  }
  const health = await host.ask("healthz");
  assert.deepEqual([health.status, await health.text()], [200, "ok\n"]);
  await parts.return(undefined);
});

Deno.test("/snapshot lets go of the camera when whoever asked has gone", async () => {
  // A camera that takes the connection, and does not answer.
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const source = `--source=http://127.0.0.1:${silent.addr.port}/`;
  await using host = await WebHost.start([source, "--device-timeout=60", "--linger=0"]);
  const state = async () => (await host.state()).source.state;
  const leaving = new AbortController();
  const asking = host.ask("snapshot", { signal: leaving.signal });
  await until("a camera that is waited for", async () => await state() !== "idle");
  leaving.abort();
  await assert.rejects(asking, { name: "AbortError" });
  await until("a camera that nobody wants", async () => await state() === "idle");
});

Deno.test("/snapshot says why there is none when the camera is lost", async () => {
  const missing = "--source=gst:videotestsrc num-buffers=1 ! nothing ! appsink";
  await using host = await WebHost.start([missing, "--wait"]);
  const answer = await host.ask("snapshot");
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /^There is no picture: Cannot /);
});

Deno.test("/snapshot gives a picture of a camera that is back, whatever was said of it before", async () => {
  const jpeg = await numberedJpeg(5);
  let isThere = false;
  await using camera = FakeCamera.start(({ write }) =>
    isThere
      ? write(
        `HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`,
        jpeg,
      )
      : write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
  );
  await using host = await WebHost.start([`--source=${camera.url()}`, "--wait", "--linger=0"]);
  const missing = await host.ask("snapshot");
  assert.equal(missing.status, 503);
  await missing.body?.cancel();
  await until("a camera that nobody wants", async () => {
    return (await host.state()).source.state === "idle";
  });
  isThere = true;
  const answer = await host.ask("snapshot");
  assert.deepEqual([answer.status, answer.headers.get("Content-Type")], [200, "image/jpeg"]);
  await answer.body?.cancel();
});
