/** What the guest's options for writing and ending leave the rest of it: everything. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { temporaryFolder } from "../support/folder.ts";
import { Program } from "../support/programs.ts";

const HOST = ["--port=0", "--no-preview", "--source=test", "--width=320", "--height=180"];

Deno.test("guest --output takes pictures as a guest without it does", async () => {
  await using folder = await temporaryFolder();
  await using host = Program.start("host", HOST);
  await using guest = Program.start("guest", [
    await host.address(),
    ...["--no-window", "--stats=json", `--output=${folder.path}/seen.mjpeg`],
  ]);
  // An age is only known of a picture that was decoded and taken.
  await guest.guestReport(({ ageMsP50 }) => ageMsP50 !== null);
});

Deno.test("guest --duration leaves nothing running when the guest ends before", async () => {
  await using host = Program.start("host", HOST);
  const guest = await Program.run("guest", [
    await host.address(),
    ...["--no-window", "--frames=5", "--duration=3600"],
  ]);
  assert.equal(guest.code, 0);
  assert.equal(guest.words.at(-1), "guest: live");
});

Deno.test("guest --output - ends with 1 when nobody reads any more, and does not try again", async () => {
  await using host = Program.start("host", HOST);
  const guest = await Program.run("guest", [
    await host.address(),
    ...["--no-window", "--output=-"],
  ], { onOutput: () => false });
  assert.equal(guest.code, 1);
  assert.equal(
    guest.words.at(-1),
    "guest: Cannot write to standard output: the other side does not read any more",
  );
  assert.equal(guest.words.filter((line) => line.includes("Cannot write")).length, 1);
});
