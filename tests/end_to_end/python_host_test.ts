/** The host in Python that docs/protocol.md shows, with a real guest, and with the one beside it. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { encodeMessage } from "../protocol/all.ts";
import { documentProgram } from "../support/document_programs.ts";
import { temporaryFolder } from "../support/folder.ts";
import { numberedJpeg, numbersOf } from "../support/numbered_pictures.ts";
import { TestGuest } from "../support/peers.ts";
import { Program } from "../support/programs.ts";

const PYTHON = "/usr/bin/python3";
const PICTURES = 20;

/** The document's host, with pictures that carry 1, 2, …, in a folder of its own. */
async function startHost(): Promise<{ port: number; folder: string } & AsyncDisposable> {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const paths: string[] = [];
  for (let number = 1; number <= PICTURES; number++) {
    const path = `${folder.path}/${number}.jpg`;
    await Deno.writeFile(path, await numberedJpeg(number));
    paths.push(path);
  }
  const host = new Deno.Command(PYTHON, {
    args: ["-c", await documentProgram("host"), "0", ...paths],
    stdout: "piped",
  }).spawn();
  const lines = host.stdout.pipeThrough(new TextDecoderStream()).getReader();
  stack.defer(async () => {
    host.kill();
    await host.status;
    while (!(await lines.read()).done);
  });
  const { value = "" } = await lines.read();
  const port = Number(/listening on \S+:(\d+)/.exec(value)?.[1]);
  return { port, folder: folder.path, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

Deno.test("the host in docs/protocol.md serves a real guest, whose pictures have an age", async () => {
  await using host = await startHost();
  const output = `${host.folder}/seen.mjpeg`;
  await using guest = Program.start("guest", [
    `127.0.0.1:${host.port}`,
    ...["--no-window", "--stats=json", `--frames=${PICTURES}`, `--output=${output}`],
  ]);
  const { pictureAgeMs } = await guest.guestReport(({ pictureAgeMs }) => pictureAgeMs !== null);
  assert.ok(pictureAgeMs! >= 0 && pictureAgeMs! < 5000, `${pictureAgeMs} ms`);
  assert.equal((await guest.ending()).code, 0);
  const numbers = await numbersOf(await Deno.readFile(output));
  assert.equal(numbers.length, PICTURES);
  for (const [n, number] of numbers.entries()) assert.ok(n === 0 || number !== numbers[n - 1]);
});

Deno.test("the host in docs/protocol.md keeps to the rate that a guest asks for", async () => {
  await using host = await startHost();
  using guest = await TestGuest.connect(host.port);
  await guest.send({ type: "hello", versions: [1], program: "test", maxFps: 2 });
  // The first may still be one of its own rate.
  await guest.picture();
  const times: number[] = [];
  while (times.length < 5) times.push((await guest.picture()).capturedAtMicros);
  // Half a second between two, but where the first was late itself; by its own rate it is 0.4 s in all.
  assert.ok(times[4]! - times[0]! > 1_400_000, times.join(" "));
});

Deno.test("the host in docs/protocol.md serves the guest beside it, and then the next", async () => {
  await using host = await startHost();
  for (let guests = 0; guests < 2; guests++) {
    const { code, stdout, stderr } = await new Deno.Command(PYTHON, {
      args: ["-c", await documentProgram("guest"), "127.0.0.1", `${host.port}`, "5"],
      cwd: host.folder,
      env: { PYTHONIOENCODING: "utf-8" },
    }).output();
    const [printed, complaints] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert.deepEqual([code, complaints], [0, ""]);
    assert.equal(
      [...printed!.matchAll(/^frame \d+: \d+ bytes, -?\d+ µs old$/gm)].length,
      5,
      printed,
    );
  }
});

/** What a guest does against the page's rules, and what the page's host says. */
const OFFENCES: [string, (guest: TestGuest) => Promise<void>, RegExp, boolean | undefined][] = [
  [
    "speaks another version only",
    (guest) => guest.send({ type: "hello", versions: [9], program: "test" }),
    /^this host speaks version 1$/,
    false,
  ],
  [
    "begins with something else than HELLO",
    (guest) => guest.send({ type: "ping", t1: 1 }),
    /^a message of type 5 may not come now$/,
    undefined,
  ],
  [
    "says HELLO twice",
    async (guest) => {
      await guest.hello();
      await guest.hello();
    },
    /^a message of type 1 may not come now$/,
    undefined,
  ],
  [
    "acknowledges what was not sent",
    async (guest) => {
      await guest.hello();
      await guest.send({ type: "ack", sequence: 0xffff_ffff });
    },
    /^that FRAME is not the next to be acknowledged$/,
    undefined,
  ],
  [
    "sends no JSON",
    (guest) => {
      const hello = encodeMessage({ type: "hello", versions: [1], program: "test" });
      hello[12] = 0xff;
      return guest.send(hello);
    },
    /^a field against its rule: /,
    undefined,
  ],
];

Deno.test("the host in docs/protocol.md tells a guest what it does against the page", async (test) => {
  await using host = await startHost();
  for (const [what, offend, words, retry] of OFFENCES) {
    await test.step(`a guest that ${what}`, async () => {
      using guest = await TestGuest.connect(host.port);
      await offend(guest);
      const bye = await guest.next("bye");
      assert.match(bye.reason, words);
      assert.equal(bye.retry, retry);
    });
  }
});
