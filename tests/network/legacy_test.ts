/** The tutorial's Python programs as the other side. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { numbersOf } from "../support/numbered_pictures.ts";
import { Program } from "../support/programs.ts";
import { HostNetwork } from "./host_network.ts";
import { networkTest } from "./requirements.ts";

const PYTHON = "/usr/bin/python3";
const PORT = 5000;

function script(name: string): string {
  return decodeURIComponent(new URL(`./peers/${name}.py`, import.meta.url).pathname);
}

/** Waits for a program's first line, which may come in pieces. */
async function firstLine(process: Deno.ChildProcess): Promise<string> {
  let line = "";
  for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
    line += text;
    if (line.includes("\n")) break;
  }
  return line;
}

networkTest(
  "guest shows every picture of the tutorial's host whole, at 1080p over a network",
  async () => {
    const pictures = 60;
    await using network = await HostNetwork.create();
    const link = await network.connect({ megabitsPerSec: 200 });
    const host = new Deno.Command("ip", {
      args: [
        ...["netns", "exec", network.namespace, PYTHON, script("tutorial_host")],
        ...["0.0.0.0", `${PORT}`, "1920", "1080", `${pictures}`],
      ],
      stdout: "piped",
    }).spawn();
    assert.equal(await firstLine(host), "listening\n");

    const chunks: Uint8Array<ArrayBuffer>[] = [];
    await using guest = Program.start("guest", [
      `${link.hostAddress}:${PORT}`,
      ...["--open", "--no-window", "--no-reconnect", "--output=-", "--stats=json"],
    ], { namespace: link.namespace, onOutput: (chunk) => chunks.push(chunk.slice()) });
    const { words } = await guest.ending();
    assert.equal((await host.status).code, 0);
    assert.deepEqual(
      await numbersOf(await new Blob(chunks).bytes()),
      Array.from({ length: pictures }, (_, number) => number),
      words.join("\n"),
    );
    assert.equal(guest.guestStats.at(-1)?.damaged, 0);
  },
);

Deno.test("host --legacy serves the tutorial's guest, and one that speaks the protocol beside it", async () => {
  await using host = Program.start("host", [
    ...["--source=test", "--width=320", "--height=240", "--port=0", "--no-preview", "--legacy"],
  ]);
  const port = await host.port();
  await using ours = Program.start("guest", [
    `127.0.0.1:${port}`,
    ...["--no-window", "--stats=json"],
  ]);
  const theirs = await new Deno.Command(PYTHON, {
    args: [script("tutorial_guest"), "127.0.0.1", `${port}`, "60"],
  }).output();
  const said = new TextDecoder().decode(theirs.stdout).trim();
  assert.ok(theirs.success, new TextDecoder().decode(theirs.stderr));
  // Its queue stays short: it is sent no more than it shows.
  assert.match(said, /^shown 60, waiting [0-3]$/);
  const { ageMsP50 } = await ours.guestReport(({ state }) => state === "live");
  assert.ok(ageMsP50 !== null, "ours tells the age, so it speaks the protocol");
});
