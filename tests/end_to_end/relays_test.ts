/** A host whose camera is another host's: `--source capturevideo://…`. */

import assert from "node:assert/strict";
import { Program } from "../support/programs.ts";

const QUIET = ["--no-preview"];

/** A port that nobody listens on. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("a relay says what is wrong with its source, at the start and for as long as it is", async () => {
  await using host = Program.start("host", ["--source=browser", "--port=0", "--web=0", ...QUIET]);
  const address = await host.address();
  const refused = [
    [`127.0.0.1:${freePort()}`, 1, /: the connection was refused; .+; --wait waits for it$/],
    [`${address}/desk`, 1, /^host: Cannot open camera desk of \S+: it has camera$/],
    [":5000", 2, /^host: --source capturevideo:\/\/ needs host, .+ in place of ":5000"$/],
  ] as const;
  for (const [where, code, line] of refused) {
    const { code: ended, words } = await Program.run("host", [
      ...[`--source=capturevideo://${where}`, "--port=0", ...QUIET],
    ]);
    assert.equal(words.length, 1, words.join("\n"));
    assert.match(words[0]!, line);
    assert.equal(ended, code);
  }
  await using relay = Program.start("host", [
    ...[`--source=capturevideo://${address}/CAMERA`, "--port=0", ...QUIET],
  ]);
  await using guest = Program.start("guest", [await relay.address(), "--no-window"]);
  await guest.line(/^guest: lost: camera lost: Cannot read a browser's camera: no page sends yet;/);
});

Deno.test("relays that have each other's picture notice the loop, and say so", async () => {
  const ports = [freePort(), freePort()];
  const start = (own: number, other: number) =>
    Program.start("host", [
      ...[`--source=capturevideo://127.0.0.1:${other}`, `--port=${own}`, "--wait", ...QUIET],
    ]);
  await using first = start(ports[0]!, ports[1]!);
  await using second = start(ports[1]!, ports[0]!);
  await Promise.all([first.port(), second.port()]);
  await using guest = Program.start("guest", [`127.0.0.1:${ports[0]}`, "--no-window"]);
  const { text } = await guest.line(/lost: .+ a loop of relays: /);
  assert.match(text, /its own picture \(127\.0\.0\.1:\d+\) comes from this guest$/);
  await second.line(/camera lost: .+ a loop of relays/);
  await first.line(/ended: that would be a loop of relays/);
});
