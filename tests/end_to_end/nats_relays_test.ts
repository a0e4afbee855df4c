/** Hosts that show on what others publish by a real NATS server. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { NatsServer } from "../support/nats_server.ts";
import { Program } from "../support/programs.ts";

const PATTERN = [
  ...["--source=test", "--width=320", "--height=240", "--port=0", "--no-preview"],
  ...["--stats=json", "--name=studio"],
];
const GUEST = ["--no-window", "--stats=json"];

Deno.test("a host shows on what another publishes, with the true age, and never what it publishes itself", async () => {
  await using server = await NatsServer.start("listen: 127.0.0.1:-1");
  const nats = `--nats=${server.url}`;
  await using studio = Program.start("host", [...PATTERN, nats]);
  await studio.line(/publishing studio\/camera by NATS/);
  await using hall = Program.start("host", [
    ...["--port=0", "--no-preview", "--linger=0", "--stats=json", "--name=hall", nats],
    `--source=${server.url}/studio`,
  ]);
  await hall.line(/publishing hall\/camera by NATS/);
  await studio.hostReport(({ camera }) => camera === "idle");
  await using guest = Program.start("guest", [...GUEST, await hall.address()]);
  await using reader = Program.start("guest", [...GUEST, `${server.url}/hall/camera`]);
  for (const watching of [guest, reader]) {
    const { ageMsP50 } = await watching.guestReport(({ receivedFps }) => receivedFps > 20);
    assert.ok(ageMsP50 !== null && ageMsP50 > 0 && ageMsP50 < 1000, `${ageMsP50} ms`);
  }
  await hall.line(/, from studio: 320x240 at 30 frames\/s, mjpg$/);

  const lines = guest.lines.length;
  await studio[Symbol.asyncDispose]();
  await guest.line(/^guest: lost: camera lost: .*the host says the host was ended/, lines);
  await using again = Program.start("host", [...PATTERN, nats]);
  await again.line(/publishing studio\/camera by NATS/);
  await guest.line(/^guest: live$/, lines);

  const refused = [
    ["studio/camera", 2, /^host: --source nats:\S+ is what this host publishes itself$/],
    ["studio/desk", 1, /^host: Cannot open camera desk of studio by NATS, at \S+: it has camera$/],
    [
      "attic",
      1,
      /^host: Cannot open attic by NATS, at \S+: no host publishes .+; --wait waits for it$/,
    ],
  ] as const;
  for (const [source, code, line] of refused) {
    const ending = await Program.run("host", [
      ...["--port=0", "--no-preview", "--name=studio", nats],
      `--source=${server.url}/${source}`,
    ]);
    assert.equal(ending.code, code);
    assert.match(ending.words.at(-1)!, line);
  }
});

Deno.test("hosts that have each other's picture by NATS notice the loop, and say so", async () => {
  await using server = await NatsServer.start("listen: 127.0.0.1:-1");
  const start = (own: string, other: string) =>
    Program.start("host", [
      ...["--port=0", "--no-preview", "--wait", `--name=${own}`, `--nats=${server.url}`],
      `--source=${server.url}/${other}/camera`,
    ]);
  await using first = start("studio", "hall");
  await using second = start("hall", "studio");
  await Promise.all([first.line(/publishing studio/), second.line(/publishing hall/)]);
  await using guest = Program.start("guest", [`${server.url}/hall/camera`, "--no-window"]);
  await guest.line(/ camera lost: .*Cannot show \S+: that would be a loop of relays: its pictures/);
});
