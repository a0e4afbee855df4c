/** Those who send or connect as fast as they can: what host and guest take of it, and say of it. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { encodeMessage, type StatusMessage } from "../protocol/all.ts";
import { TestGuest, TestHost } from "../support/peers.ts";
import { Program } from "../support/programs.ts";
import { Screen } from "../support/screen.ts";

const HOST = ["--port=0", "--no-preview", "--source=test", "--width=320", "--height=240"];

/** At most this many lines of a kind come at once, and one a second after that. */
const BURST = 50;

Deno.test("guest says little of a host whose STATUS changes all the time, and the last of it", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const startMs = performance.now();
  await using guest = Program.start("guest", [`127.0.0.1:${listener.addr.port}`, "--no-window"]);
  using host = await TestHost.accept(listener);
  await host.welcome();
  const status = (why: string): StatusMessage => ({ type: "status", camera: "lost", why });
  for (let round = 0; round < 100; round++) {
    const messages = Array.from(
      { length: 200 },
      (_, i) => encodeMessage(status(`${round} and ${i}`)),
    );
    await host.send(await new Blob(messages).bytes());
  }
  await host.send(status("that was all"));
  const { text } = await guest.line(/that was all \(and \d+ more before\)$/);
  assert.match(text, /^guest: lost: camera lost: that was all /);
  const seconds = (performance.now() - startMs) / 1000;
  assert.ok(guest.words.length <= BURST + seconds, `${guest.words.length} lines`);
});

Deno.test("host says little of those who come and go all the time, and serves", async () => {
  const startMs = performance.now();
  await using host = Program.start("host", HOST);
  const port = await host.port();
  using good = await TestGuest.connect(port);
  await good.hello();
  await good.picture();
  for (let i = 0; i < 500; i++) {
    using stranger = await TestGuest.connect(port);
    // Half of them are guests for a moment.
    if (i % 2 === 0) await stranger.hello();
    if (i % 2 === 0) await stranger.next("welcome");
  }
  await good.picture();
  const { text } = await host.line(/ended: left \(and \d+ more before\)$/);
  assert.match(text, /^host: 127\.0\.0\.1:\d+ ended: left/);
  const seconds = (performance.now() - startMs) / 1000;
  assert.ok(host.words.length <= 3 * (BURST + seconds), `${host.words.length} lines`);
});

Deno.test("host --legacy reads no more of a guest that talks than of any other", async () => {
  await using host = Program.start("host", [...HOST, "--legacy"]);
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: await host.port() });
  // It is taken for one of the tutorial's, and sent pictures.
  await connection.read(new Uint8Array(1));
  const talk = new Uint8Array(64 * 1024);
  let sent = 0;
  const error = await (async () => {
    for (;;) sent += await connection.write(talk);
  })().catch((error) => error);
  connection.close();
  assert.match(error.message, /reset|pipe/i);
  // What the buffers of both sides hold was taken as well.
  assert.ok(sent < 16 * 1024 * 1024, `${sent} bytes were taken`);
  await host.line(
    /ended: Cannot keep up with a guest: it sent more than 262144 bytes in a second$/,
  );
});

Deno.test("guest with a window says little of a host that changes its STATUS all the time", async () => {
  await using screen = await Screen.start({ width: 320, height: 240 });
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using guest = Program.start("guest", [
    `127.0.0.1:${listener.addr.port}`,
    "--stats=json",
  ], { env: screen.env });
  using host = await TestHost.accept(listener);
  await host.welcome();
  const messages = Array.from({ length: 1000 }, (_, i) => {
    return encodeMessage({ type: "status", camera: "lost", why: `${i} ${"x".repeat(150)}` });
  });
  const flood = await new Blob(messages).bytes();
  for (let round = 0; round < 100; round++) await host.send(flood);
  await host.send({ type: "status", camera: "lost", why: "that was all" });
  await guest.line(/that was all/);
  assert.ok(guest.words.length < 2 * BURST, `${guest.words.length} lines`);
});
