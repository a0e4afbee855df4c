/** Files, pipes and FIFOs that take their time, or take nothing: what is left of host and guest. */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import "../support/bridge.ts";
import { JpegStreamCutter } from "../../lib/jpeg/stream.ts";
import { makeFifo, temporaryFolder } from "../support/folder.ts";
import { numbersOf } from "../support/numbered_pictures.ts";
import { TestGuest } from "../support/peers.ts";
import { Program } from "../support/programs.ts";
import { Screen } from "../support/screen.ts";

const HOST = ["--port=0", "--no-preview", "--source=test", "--width=320", "--height=240"];
const GUEST = ["--no-window", "--stats=json"];
const LEFT_OUT = /^guest: warning: Cannot write all pictures to .*: \d+ of \d+ were left out/;

/** A folder with a FIFO in it. */
async function folderWithFifo(): Promise<{ fifo: string } & AsyncDisposable> {
  const folder = await temporaryFolder();
  const fifo = `${folder.path}/fifo`;
  await makeFifo(fifo);
  return { fifo, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** A port that is free now, for a program that cannot say which one it took. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

for (const limit of ["--frames=40", "--duration=1"]) {
  Deno.test(`guest ends at ${limit} though nobody has ever read its FIFO`, async () => {
    await using folder = await folderWithFifo();
    await using host = Program.start("host", HOST);
    await using guest = Program.start("guest", [
      await host.address(),
      ...[...GUEST, `--output=${folder.fifo}`, limit],
    ]);
    const { code, words } = await guest.ending();
    assert.equal(code, 0);
    assert.match(words.at(-1)!, LEFT_OUT);
    assert.doesNotMatch(words.join("\n"), /cut off|bug/);
    const { received, omitted } = guest.guestStats.at(-1)!;
    assert.deepEqual([received > 0, omitted], [true, received]);
  });
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`guest ends on the first ${signal} though its FIFO's reader has stopped`, async () => {
    await using folder = await folderWithFifo();
    await using host = Program.start("host", HOST);
    await using guest = Program.start("guest", [
      await host.address(),
      ...[...GUEST, `--output=${folder.fifo}`],
    ]);
    // It is opened, and never read.
    using _reader = await Deno.open(folder.fifo);
    // More than a pipe holds, and than may wait: the picture goes on all the same.
    const report = await guest.guestReport(({ omitted }) => omitted > 10);
    assert.equal(report.state, "live");
    guest.signal(signal);
    assert.equal((await guest.ending()).code, 0);
    assert.ok(guest.guestStats.at(-1)!.received > report.omitted);
  });
}

Deno.test("guest with a window ends though its FIFO has no reader", async () => {
  await using folder = await folderWithFifo();
  await using screen = await Screen.start({ width: 320, height: 240 });
  await using host = Program.start("host", HOST);
  await using guest = Program.start("guest", [
    await host.address(),
    ...["--stats=json", `--output=${folder.fifo}`],
  ], { env: screen.env });
  await screen.advances(await screen.advances());
  guest.signal("SIGTERM");
  const { code, words } = await guest.ending();
  assert.equal(code, 0);
  assert.match(words.at(-1)!, LEFT_OUT);
  const { received, omitted } = guest.guestStats.at(-1)!;
  assert.equal(omitted, received);
});

Deno.test("guest --output - ends though whoever reads it has stopped", async () => {
  await using host = Program.start("host", HOST);
  await using guest = Program.start("guest", [await host.address(), ...GUEST, "--output=-"], {
    unread: "stdout",
  });
  const { state } = await guest.guestReport(({ omitted }) => omitted > 10);
  assert.equal(state, "live");
  guest.signal("SIGINT");
  assert.equal((await guest.ending()).code, 0);
});

Deno.test("guest writes whole JPEGs into a FIFO that is read late and slowly", async () => {
  await using folder = await folderWithFifo();
  await using host = Program.start("host", HOST);
  await using guest = Program.start("guest", [
    await host.address(),
    ...[...GUEST, `--output=${folder.fifo}`],
  ]);
  await guest.guestReport(({ omitted }) => omitted > 0);
  using reader = await Deno.open(folder.fifo);
  const { omitted } = await guest.guestReport(({ received }) => received > 0);
  const cutter = new JpegStreamCutter();
  const buffer = new Uint8Array(5000);
  const pieces: Uint8Array[] = [];
  const pictures: Uint8Array[] = [];
  while (pictures.length < 100) {
    const length = await reader.read(buffer);
    assert.ok(length !== null);
    const piece = buffer.slice(0, length);
    pieces.push(piece);
    pictures.push(...cutter.push(piece));
  }
  const all = Buffer.concat(pictures);
  assert.ok(all.equals(Buffer.concat(pieces).subarray(0, all.length)), "nothing between them");
  assert.ok(omitted > 0);
});

Deno.test("guest loses no picture of a file, and replaces one only with --overwrite", async () => {
  await using folder = await temporaryFolder();
  await using host = Program.start("host", HOST);
  const output = `--output=${folder.path}/seen.mjpeg`;
  const args = [await host.address(), "--no-window", "--frames=30", output];
  assert.equal((await Program.run("guest", args)).code, 0);
  assert.equal((await numbersOf(await Deno.readFile(`${folder.path}/seen.mjpeg`))).length, 30);
  const refused = await Program.run("guest", args);
  assert.equal(refused.code, 1);
  assert.deepEqual(refused.words, [
    `guest: Cannot write ${folder.path}/seen.mjpeg: it exists already; --overwrite replaces it`,
  ]);
  assert.equal((await Program.run("guest", [...args, "--overwrite", "--frames=5"])).code, 0);
  assert.equal((await numbersOf(await Deno.readFile(`${folder.path}/seen.mjpeg`))).length, 5);
});

Deno.test("host serves and ends though nobody reads what it says", async () => {
  const port = freePort();
  await using host = Program.start("host", [
    ...[...HOST, "--stats=json", `--port=${port}`],
  ], { unread: "stderr" });
  await using guest = Program.start("guest", [`127.0.0.1:${port}`, ...GUEST]);
  const before = await guest.guestReport(({ received }) => received > 0);
  // Each leaves a line that nobody takes.
  for (let i = 0; i < 300; i++) {
    using stranger = await TestGuest.connect(port);
    await stranger.hello();
    await stranger.next("welcome");
  }
  await guest.guestReport(({ received }) => received > before.received + 90);
  host.signal("SIGINT");
  assert.equal((await host.ending()).code, 0);
  assert.equal(guest.guestStats.at(-1)!.reconnects, 0);
});

Deno.test("guest ends though nobody reads what it says", async () => {
  await using host = Program.start("host", HOST);
  const address = await host.address();
  const guest = await Program.run("guest", [address, ...GUEST, "--frames=40"], {
    unread: "stderr",
  });
  assert.equal(guest.code, 0);
});

Deno.test("--help and --list into a pipe that is closed say nothing of it", async () => {
  for (const [task, option] of [["guest", "--help"], ["host", "--list"]] as const) {
    const { words } = await Program.run(task, [option], { onOutput: () => false });
    assert.doesNotMatch(words.join("\n"), /^ +at |bug|pipe/m);
  }
});
