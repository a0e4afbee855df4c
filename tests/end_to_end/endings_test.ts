/** How programs end, by whatever hand, and what the other side makes of it. */

import assert from "node:assert/strict";
import { TestGuest } from "../support/peers.ts";
import { temporaryFolder } from "../support/folder.ts";
import { Program } from "../support/programs.ts";
import { Screen } from "../support/screen.ts";
import { testSideBySide } from "../support/side_by_side.ts";

const PATTERN = ["--source=test", "--width=320", "--height=240"];
const HOST = ["--port=0", "--no-preview", "--stats=json", ...PATTERN];
const GUEST = ["--no-window", "--stats=json"];

/** A host that is killed with an ACK unread resets the connection, another one closes it. */
const HOST_GONE = /^guest: (lost: )?Cannot go on: the host (closed the connection|is gone)$/;

/** Nothing in good order ends with a warning, a fault or a stack trace. */
function assertQuiet(words: readonly string[]): void {
  for (const line of words) {
    assert.doesNotMatch(line, /warning|bug|^ +at |cut off/, words.join("\n"));
  }
}

/** Declares a test with a step for each signal that asks a program to end. */
function testOnSignals(what: string, test: (signal: Deno.Signal) => Promise<void>): void {
  testSideBySide(what, ["SIGHUP", "SIGINT", "SIGTERM"] as const, { name: String, test });
}

testOnSignals("host ends with 0 on a signal, and says BYE to its guests", async (signal) => {
  await using host = Program.start("host", HOST);
  await using guest = Program.start("guest", [
    await host.address(),
    ...[...GUEST, "--no-reconnect"],
  ]);
  using idle = await TestGuest.connect(await host.port());
  await idle.hello();
  await guest.line(/^guest: live$/);
  host.signal(signal);
  assert.equal(await idle.farewell(), "the host was ended");
  idle[Symbol.dispose]();
  const hostEnding = await host.ending();
  assert.equal(hostEnding.code, 0);
  assertQuiet(hostEnding.words);
  const { code, words } = await guest.ending();
  assert.deepEqual(
    [code, words.at(-1)],
    [1, "guest: Cannot go on: the host says the host was ended"],
  );
  assertQuiet(words);
});

testOnSignals("guest ends with 0 on a signal, and says BYE to the host", async (signal) => {
  await using host = Program.start("host", HOST);
  await using guest = Program.start("guest", [await host.address(), ...GUEST]);
  await guest.line(/^guest: live$/);
  guest.signal(signal);
  const { code, words } = await guest.ending();
  assert.equal(code, 0);
  assertQuiet(words);
  await host.line(/^host: 127\.0\.0\.1:\d+ ended: the guest ended$/);
  await host.hostReport(({ guests }) => guests.length === 0);
});

testOnSignals("guest with a window ends with 0 on a signal", async (signal) => {
  await using screen = await Screen.start({ width: 320, height: 240 });
  await using host = Program.start("host", HOST);
  await using guest = Program.start("guest", [await host.address()], { env: screen.env });
  await screen.advances();
  guest.signal(signal);
  const { code, words } = await guest.ending();
  assert.equal(code, 0);
  assertQuiet(words);
});

testOnSignals("demo ends with 0 on a signal, and tells what it showed", async (signal) => {
  await using screen = await Screen.start({ width: 320, height: 240 });
  await using demo = Program.start("demo", PATTERN, { env: screen.env });
  await screen.advances(await screen.advances());
  demo.signal(signal);
  const { code, words } = await demo.ending();
  assert.equal(code, 0);
  assertQuiet(words);
  assert.match(words.at(-1)!, /^demo: \d+ pictures in \d+\.\d s, \d+\.\d a second$/);
});

Deno.test("demo ends with 0 on SIGINT while it looks at a pipeline", async () => {
  await using folder = await temporaryFolder();
  // GStreamer has this look at its plugins, then does it itself.
  const scanner = `${folder.path}/scanner`;
  await Deno.writeTextFile(scanner, '#!/bin/sh\nkill -INT "$PPID"\nexit 1\n', { mode: 0o755 });
  const env = {
    GST_PLUGIN_SCANNER_1_0: scanner,
    GST_REGISTRY_1_0: `${folder.path}/registry.bin`,
  };
  const { code, words } = await Program.run("demo", ["--source=gst:videotestsrc"], { env });
  assert.deepEqual([code, words], [0, []]);
});

Deno.test("guest ends with 0 on SIGINT while it looks for a host", async () => {
  await using guest = Program.start("guest", ["127.77.77.77", ...GUEST]);
  await guest.line(/nothing listens there$/);
  guest.signal("SIGINT");
  const { code, words } = await guest.ending();
  assert.equal(code, 0);
  assertQuiet(words);
});

Deno.test("host ends with 0 on SIGINT while nobody watches", async () => {
  await using host = Program.start("host", HOST);
  await host.port();
  host.signal("SIGINT");
  const { code, words } = await host.ending();
  assert.equal(code, 0);
  assertQuiet(words);
});

Deno.test("host ends on SIGINT without waiting for a stream that does not open", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using host = Program.start("host", [
    ...["--port=0", "--no-preview", "--stats=json"],
    `--source=rtsp://127.0.0.1:${silent.addr.port}/stream`,
  ]);
  using guest = await TestGuest.connect(await host.port());
  await guest.hello();
  using asking = await silent.accept();
  // Only when it was answered once, OpenCV is let loose on it.
  await asking.write(new TextEncoder().encode("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"));
  using _connection = await silent.accept();
  host.signal("SIGINT");
  assert.equal(await guest.farewell(), "the host was ended");
  // OpenCV would wait for half a minute; the thread that does is cut off.
  const { code, words } = await host.ending();
  assert.equal(code, 0);
  assert.match(words.at(-1)!, /was cut off$/);
});

Deno.test("guest says that its host was killed, and ends with 1 when it may not reconnect", async () => {
  await using host = Program.start("host", HOST);
  await using guest = Program.start("guest", [
    await host.address(),
    ...[...GUEST, "--no-reconnect"],
  ]);
  await guest.line(/^guest: live$/);
  host.signal("SIGKILL");
  const { code, words } = await guest.ending();
  assert.equal(code, 1);
  assert.match(words.at(-1)!, HOST_GONE);
});

Deno.test("guest says that its host has fallen silent, after --timeout", async () => {
  await using host = Program.start("host", HOST);
  await using guest = Program.start("guest", [
    await host.address(),
    ...[...GUEST, "--no-reconnect", "--timeout=2"],
  ]);
  await guest.line(/^guest: live$/);
  host.signal("SIGSTOP");
  const { code, words } = await guest.ending();
  assert.deepEqual(
    [code, words.at(-1)],
    [1, "guest: Cannot go on with the host: no picture for 2 s"],
  );
});

Deno.test("guest finds a new host on the old port, and the picture is back", async () => {
  await using host = Program.start("host", HOST);
  const port = await host.port();
  await using guest = Program.start("guest", [`127.0.0.1:${port}`, ...GUEST]);
  await guest.line(/^guest: live$/);
  host.signal("SIGKILL");
  const lost = await guest.guestReport(({ state }) => state === "lost");
  await host.ended;

  await using _next = Program.start("host", [...HOST.slice(1), `--port=${port}`]);
  const back = await guest.guestReport(({ received }) => received > lost.received + 10);
  assert.equal(back.state, "live");
  assert.deepEqual([lost.reconnects, back.reconnects], [0, 1]);
  assert.equal(back.damaged, 0);
  const [live, gone, refused] = guest.words.filter((line) => / live$| lost: /.test(line));
  assert.equal(live, "guest: live");
  assert.match(gone!, HOST_GONE);
  assert.equal(
    refused,
    `guest: lost: Cannot connect to 127.0.0.1:${port}: ` +
      "the connection was refused; nothing listens there",
  );
});

Deno.test("host that is killed leaves the port to the next one at once", async () => {
  await using host = Program.start("host", HOST);
  const port = await host.port();
  using guest = await TestGuest.connect(port);
  await guest.hello();
  await guest.picture();
  host.signal("SIGKILL");
  await host.ended;
  await using next = Program.start("host", [...HOST.slice(1), `--port=${port}`]);
  assert.equal(await next.port(), port);
});
