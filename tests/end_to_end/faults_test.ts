/** Faults on the host's side: each ends what it is in, in one line, and the host goes on. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { temporaryFolder } from "../support/folder.ts";
import { writeNumberedVideo } from "../support/numbered_pictures.ts";
import { TestGuest } from "../support/peers.ts";
import { Program } from "../support/programs.ts";

Deno.test("host tells guests of a source that cannot be opened again, once, and of its return", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/clip.avi`;
  const aside = `${folder.path}/aside.avi`;
  await writeNumberedVideo(path, { frames: 10, fps: 10 });
  await using host = Program.start("host", [
    ...["--port=0", "--no-preview", `--source=${path}`, "--loop", "--linger=0"],
  ]);
  const port = await host.port();
  {
    using guest = await TestGuest.connect(port);
    await guest.hello();
    await guest.picture();
  }
  await host.line(/ended: /);
  await Deno.rename(path, aside);
  await Deno.mkdir(path);

  using guest = await TestGuest.connect(port);
  await guest.hello();
  let isLost = false;
  while (!isLost) {
    const message = await guest.receive();
    assert.ok(message, "the connection has ended");
    if (message.type === "frame") await guest.send({ type: "ack", sequence: message.sequence });
    if (message.type !== "status" || message.camera !== "lost") continue;
    isLost = true;
    assert.match(message.why ?? "", /: it is a directory$/);
  }
  await Deno.remove(path);
  await Deno.rename(aside, path);
  await guest.picture();
  assert.equal(host.words.filter((line) => line.includes("it is a directory")).length, 1);
  assert.doesNotMatch(host.words.join("\n"), /bug|^ +at /m);
});
