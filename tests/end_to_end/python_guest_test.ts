/** The guest in Python that docs/protocol.md shows, with a real host. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { documentProgram } from "../support/document_programs.ts";
import { temporaryFolder } from "../support/folder.ts";
import { numbersOf } from "../support/numbered_pictures.ts";
import { Program } from "../support/programs.ts";

const PICTURES = 10;

const HOST = ["--source=test", "--port=0", "--no-preview", "--width=320", "--height=240"];

/** Runs a guest in Python to its end. */
async function runPython(
  program: string,
  { folder, port, key = "" }: { folder: string; port: number; key?: string },
): Promise<{ code: number; printed: string; complaints: string }> {
  const { code, stdout, stderr } = await new Deno.Command("/usr/bin/python3", {
    args: ["-c", program, "127.0.0.1", `${port}`, `${PICTURES}`],
    cwd: folder,
    env: { PYTHONIOENCODING: "utf-8", CAPTUREVIDEO_KEY: key },
  }).output();
  const decoder = new TextDecoder();
  return { code, printed: decoder.decode(stdout), complaints: decoder.decode(stderr) };
}

Deno.test("the private guest in docs/protocol.md gets pictures from who has its key", async () => {
  const guest = await documentProgram("private guest");
  await using folder = await temporaryFolder();
  await using host = Program.start("host", [...HOST, "--share", "--no-announce"], {
    env: { XDG_CONFIG_HOME: folder.path },
  });
  const port = await host.port();
  const { text } = await host.line(/the key: /);
  const key = text.slice(-19);
  const typed = ` ${key.toLowerCase().replaceAll("-", " ").replaceAll("0", "o")}`;
  const { code, complaints } = await runPython(guest, { folder: folder.path, port, key: typed });
  assert.deepEqual([code, complaints], [0, ""]);
  for (let picture = 1; picture <= PICTURES; picture++) {
    const numbers = await numbersOf(await Deno.readFile(`${folder.path}/frame-${picture}.jpg`));
    assert.equal(numbers.length, 1);
  }
  await host.line(/ ended: enough seen$/);
  const wrong = await runPython(guest, { folder: folder.path, port, key: "0".repeat(16) });
  assert.deepEqual([wrong.code, wrong.complaints], [
    1,
    "the host does not have this key, or it is another computer\n",
  ]);
});

Deno.test("the guest in docs/protocol.md is told by a private host that it is one", async () => {
  await using folder = await temporaryFolder();
  await using host = Program.start("host", [...HOST, "--share", "--no-announce"], {
    env: { XDG_CONFIG_HOME: folder.path },
  });
  const port = await host.port();
  const result = await runPython(await documentProgram("guest"), { folder: folder.path, port });
  assert.deepEqual([result.code, result.complaints], [
    1,
    "the host says: this host is private: it speaks TLS only, and only with who has its key\n",
  ]);
});

Deno.test("the guest in docs/protocol.md gets pictures from a real host", async () => {
  const guest = await documentProgram("guest");
  await using folder = await temporaryFolder();
  await using host = Program.start("host", HOST);
  const { code, printed, complaints } = await runPython(guest, {
    folder: folder.path,
    port: await host.port(),
  });
  assert.deepEqual([code, complaints], [0, ""]);

  const numbers: number[] = [];
  for (let picture = 1; picture <= PICTURES; picture++) {
    numbers.push(...await numbersOf(await Deno.readFile(`${folder.path}/frame-${picture}.jpg`)));
  }
  assert.equal(numbers.length, PICTURES);
  assert.deepEqual(numbers, [...new Set(numbers)].sort((a, b) => a - b));

  // It believes a single exchange: where that was held up, a fresh picture can seem to be of later.
  const ages = [...printed.matchAll(/^frame \d+: \d+ bytes, (-?\d+) µs old$/gm)];
  assert.equal(ages.length, PICTURES, printed);
  for (const [, micros] of ages) assert.ok(Math.abs(Number(micros)) < 5_000_000, `${micros} µs`);
  await host.line(/ ended: enough seen$/);
});
