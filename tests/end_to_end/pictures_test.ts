/** Host and guest over loopback: which pictures arrive, told from their pixels. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { temporaryFolder } from "../support/folder.ts";
import { numbersOf, writeNumberedVideo } from "../support/numbered_pictures.ts";
import { Program } from "../support/programs.ts";

const HOST = ["--port=0", "--no-preview"];
const PATTERN = [...HOST, "--source=test", "--width=640", "--height=360"];

function assertIncreasing(numbers: readonly number[]): void {
  for (const [index, number] of numbers.entries()) {
    const before = numbers[index - 1] ?? -1;
    assert.ok(number > before, `${number} came after ${before}: ${numbers}`);
  }
}

Deno.test("guest --output writes pictures of the test source, each whole, in order, once", async () => {
  await using folder = await temporaryFolder();
  await using host = Program.start("host", PATTERN);
  const output = `${folder.path}/seen.mjpeg`;
  const guest = await Program.run("guest", [
    await host.address(),
    ...["--no-window", "--frames=60", `--output=${output}`],
  ]);
  assert.equal(guest.code, 0);
  assert.equal(guest.words[0], `guest: connecting: connecting to ${await host.address()}`);
  assert.equal(guest.words.at(-1), "guest: live");
  const numbers = await numbersOf(await Deno.readFile(output));
  assert.equal(numbers.length, 60);
  assertIncreasing(numbers);
});

Deno.test("a video file arrives picture by picture, from the first to the last, and ends the host", async () => {
  await using folder = await temporaryFolder();
  const video = `${folder.path}/numbered.avi`;
  await writeNumberedVideo(video, { frames: 30, fps: 10 });
  await using host = Program.start("host", [...HOST, `--source=${video}`]);
  const output = `${folder.path}/seen.mjpeg`;
  const guest = await Program.run("guest", [
    await host.address(),
    ...["--no-window", "--no-reconnect", `--output=${output}`],
  ]);
  assert.deepEqual(
    await numbersOf(await Deno.readFile(output)),
    Array.from({ length: 30 }, (_, n) => n),
  );
  assert.deepEqual(guest.words.at(-1), "guest: Cannot go on: the host says the video has ended");
  assert.equal(guest.code, 1);
  assert.equal((await host.ending()).code, 0);
});

Deno.test("host --loop begins again with the video's first picture", async () => {
  await using folder = await temporaryFolder();
  const video = `${folder.path}/numbered.avi`;
  await writeNumberedVideo(video, { frames: 5, fps: 10 });
  await using host = Program.start("host", [...HOST, `--source=${video}`, "--loop"]);
  const output = `${folder.path}/seen.mjpeg`;
  await Program.run("guest", [
    await host.address(),
    ...["--no-window", "--frames=12", `--output=${output}`],
  ]);
  const numbers = await numbersOf(await Deno.readFile(output));
  assert.deepEqual(numbers, [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]);
});

Deno.test("guest --frames ends after exactly so many pictures, also after one", async () => {
  await using host = Program.start("host", PATTERN);
  for (const frames of [1, 17]) {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    await using guest = Program.start("guest", [
      await host.address(),
      ...["--no-window", `--frames=${frames}`, "--output=-", "--stats=json"],
    ], { onOutput: (chunk) => chunks.push(chunk.slice()) });
    assert.equal((await guest.ending()).code, 0);
    assert.equal(guest.guestStats.at(-1)?.received, frames);
    const numbers = await numbersOf(await new Blob(chunks).bytes());
    assert.equal(numbers.length, frames);
    assertIncreasing(numbers);
  }
});

Deno.test("guest --duration ends after so long, with exit code 0", async () => {
  await using host = Program.start("host", PATTERN);
  await using guest = Program.start("guest", [
    await host.address(),
    ...["--no-window", "--duration=1.5", "--stats=json"],
  ]);
  assert.equal((await guest.ending()).code, 0);
  const last = guest.guestStats.at(-1);
  // Reports count from a moment later.
  assert.ok(last && last.timeSec > 1.2, `it ended after ${last?.timeSec} s`);
  assert.ok(last.received > 0);
});

Deno.test("the guest tells the age of pictures, and the host the round trip", async () => {
  await using host = Program.start("host", [...PATTERN, "--stats=json"]);
  await using guest = Program.start("guest", [
    await host.address(),
    ...["--no-window", "--stats=json"],
  ]);
  const { ageMsP50, ageMsMax, damaged } = await guest.guestReport(({ ageMsP50 }) =>
    ageMsP50 !== null
  );
  assert.ok(ageMsP50 !== null && ageMsP50 > 0, `${ageMsP50}`);
  assert.ok(ageMsMax !== null && ageMsMax >= ageMsP50, `${ageMsMax}`);
  assert.equal(damaged, 0);
  const { guests: [seen] } = await host.hostReport(({ guests }) => guests[0]?.rttMs != null);
  assert.ok(seen && seen.sent > 0);
});
