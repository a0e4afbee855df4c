/** Many guests of one host: each is served as if it were alone, and costs nothing once it left. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { temporaryFolder } from "../support/folder.ts";
import { numbersOf, writeNumberedVideo } from "../support/numbered_pictures.ts";
import { TestGuest } from "../support/peers.ts";
import { openDescriptors, residentMegabytes } from "../support/process_facts.ts";
import { Program } from "../support/programs.ts";
import { until } from "../support/until.ts";

const HOST = ["--port=0", "--no-preview", "--stats=json"];
const PATTERN = [...HOST, "--source=test", "--width=320", "--height=240"];

/** A guest that writes what it receives. */
async function startWriter(host: Program, output: string): Promise<Program> {
  return Program.start("guest", [
    await host.address(),
    ...["--no-window", "--stats=json", `--output=${output}`],
  ]);
}

/** Waits until a guest has received so many pictures more. */
async function receivesMore(guest: Program, pictures: number): Promise<void> {
  const before = guest.guestStats.at(-1)?.received ?? 0;
  await guest.guestReport(({ received }) => received >= before + pictures);
}

async function end(...programs: Program[]): Promise<void> {
  for (const program of programs) program.signal("SIGINT");
  for (const program of programs) assert.equal((await program.ending()).code, 0);
}

/** So few pictures a second that each has its time also on a busy machine: none may be missing. */
const EVERY_PICTURE = [...PATTERN, "--fps=5"];

for (const count of [2, 10]) {
  Deno.test(`each of ${count} guests at once gets every picture, once`, async () => {
    await using folder = await temporaryFolder();
    await using host = Program.start("host", EVERY_PICTURE);
    const files = Array.from({ length: count }, (_, index) => `${folder.path}/${index}.mjpeg`);
    await using stack = new AsyncDisposableStack();
    const guests: Program[] = [];
    for (const file of files) guests.push(stack.use(await startWriter(host, file)));
    await Promise.all(guests.map((guest) => guest.line(/^guest: live$/)));
    await host.hostReport((stats) => stats.guests.length === count);
    await Promise.all(guests.map((guest) => receivesMore(guest, 15)));
    await end(...guests);

    const seen = await Promise.all(
      files.map(async (file) => await numbersOf(await Deno.readFile(file))),
    );
    // From when the last guest had its first picture to when the first had its last.
    const from = Math.max(...seen.map((numbers) => numbers[0]!));
    const to = Math.min(...seen.map((numbers) => numbers.at(-1)!));
    assert.ok(to - from >= 10, `all were there from ${from} to ${to}`);
    const all = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    for (const [index, numbers] of seen.entries()) {
      const there = numbers.filter((number) => number >= from && number <= to);
      assert.deepEqual(there, all, `guest ${index} of ${count}`);
    }
  });
}

Deno.test("a guest that is killed is forgotten, and the one beside it gets every picture", async () => {
  await using folder = await temporaryFolder();
  await using host = Program.start("host", EVERY_PICTURE);
  const output = `${folder.path}/seen.mjpeg`;
  await using other = await startWriter(host, output);
  await using victim = await startWriter(host, `${folder.path}/victim.mjpeg`);
  await other.line(/^guest: live$/);
  await victim.line(/^guest: live$/);
  await host.hostReport(({ guests }) => guests.length === 2);
  await receivesMore(victim, 5);
  victim.signal("SIGKILL");
  await host.line(/^host: 127\.0\.0\.1:\d+ ended: (connection lost|left)$/);
  await host.hostReport(({ guests }) => guests.length === 1);
  await receivesMore(other, 10);
  await end(other);

  const numbers = await numbersOf(await Deno.readFile(output));
  assert.deepEqual(numbers, numbers.map((_, index) => numbers[0]! + index));
});

Deno.test("host --max-guests 1 tells the second guest why, and takes it once the first has left", async () => {
  await using host = Program.start("host", [...PATTERN, "--max-guests=1"]);
  await using first = Program.start("guest", [await host.address(), "--no-window", "--stats=json"]);
  await first.line(/^guest: live$/);

  const why = "Cannot go on: the host says the host serves 1 guest at most (--max-guests)";
  const refused = await Program.run("guest", [
    await host.address(),
    ...["--no-window", "--no-reconnect"],
  ]);
  assert.deepEqual([refused.code, refused.words.at(-1)], [1, `guest: ${why}`]);

  await using patient = Program.start("guest", [await host.address(), "--no-window"]);
  await patient.line(/the host serves 1 guest at most/);
  await end(first);
  await patient.line(/^guest: live$/);
});

Deno.test("host --max-per-address tells the guest that is one too many", async () => {
  await using host = Program.start("host", [...PATTERN, "--max-per-address=2"]);
  const port = await host.port();
  using first = await TestGuest.connect(port);
  using second = await TestGuest.connect(port);
  using third = await TestGuest.connect(port);
  for (const guest of [first, second]) {
    await guest.hello();
    await guest.next("welcome");
  }
  await third.hello();
  assert.equal(
    await third.farewell(),
    "the host serves 2 guests from one address at most (--max-per-address)",
  );
});

Deno.test("guests that come and go leave no descriptors and no memory behind", async () => {
  await using host = Program.start("host", [...PATTERN, "--fps=100", "--linger=60"]);
  const port = await host.port();
  const visit = async () => {
    using guest = await TestGuest.connect(port);
    await guest.hello();
    for (let pictures = 0; pictures < 3; pictures++) await guest.picture();
  };
  for (let guests = 0; guests < 20; guests++) await visit();
  await host.hostReport(({ guests }) => guests.length === 0);
  const descriptors = await openDescriptors(host.pid);
  const megabytes = await residentMegabytes(host.pid);

  for (let guests = 0; guests < 60; guests++) await visit();
  await host.hostReport(({ guests }) => guests.length === 0);
  assert.equal(await openDescriptors(host.pid), descriptors);
  const growth = await residentMegabytes(host.pid) - megabytes;
  // One lost picture each would be 60 times 230 kB; the heap's own breathing stays below this.
  assert.ok(growth < 8, `${growth.toFixed(1)} MB more after 60 guests`);
});

Deno.test("the camera is opened for the first guest and closed --linger seconds after the last", async () => {
  await using host = Program.start("host", [...PATTERN, "--linger=2"]);
  assert.equal((await host.hostReport(() => true)).camera, "idle");
  using guest = await TestGuest.connect(await host.port());
  await guest.hello();
  await guest.picture();
  await host.hostReport(({ camera }) => camera === "live");
  await guest.send({ type: "bye", reason: "seen enough" });

  const left = await host.hostReport(({ guests }) => guests.length === 0);
  assert.equal(left.camera, "live", "it lingers");
  const idle = await host.hostReport(({ camera }) => camera === "idle");
  assert.ok(idle.timeSec - left.timeSec < 4, `closed ${idle.timeSec - left.timeSec} s later`);
  await host.hostReport(({ camera, captureFps }) => camera === "idle" && captureFps === 0);
});

Deno.test("--linger 0 closes the source at once, and the next guest sees a video's beginning", async () => {
  await using folder = await temporaryFolder();
  const video = `${folder.path}/numbered.avi`;
  await writeNumberedVideo(video, { frames: 60, fps: 10 });
  await using host = Program.start("host", [...HOST, `--source=${video}`, "--linger=0"]);
  for (const output of [`${folder.path}/1.mjpeg`, `${folder.path}/2.mjpeg`]) {
    const { code } = await Program.run("guest", [
      await host.address(),
      ...["--no-window", "--frames=3", `--output=${output}`],
    ]);
    assert.equal(code, 0);
    assert.deepEqual(await numbersOf(await Deno.readFile(output)), [0, 1, 2]);
    await until("the camera closed", async () => {
      return (await host.hostReport(() => true)).camera === "idle";
    });
  }
});

Deno.test("guest --port alone takes the host on this computer that listens there, without a search", async () => {
  await using host = Program.start("host", PATTERN);
  const port = await host.port();
  await using guest = Program.start("guest", [`--port=${port}`, "--no-window"]);
  const { text } = await guest.line(/^guest: /);
  assert.equal(text, `guest: connecting: connecting to 127.0.0.1:${port}`);
  await guest.line(/^guest: live$/);
  await end(guest);
});
