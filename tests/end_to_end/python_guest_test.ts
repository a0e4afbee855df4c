/** The guest in Python that docs/protocol.md shows, with a real host. */

import assert from "node:assert/strict";
import "../support/bridge.ts";
import { documentProgram } from "../support/document_programs.ts";
import { temporaryFolder } from "../support/folder.ts";
import { numbersOf } from "../support/numbered_pictures.ts";
import { Program } from "../support/programs.ts";

const PICTURES = 10;

Deno.test("the guest in docs/protocol.md gets pictures from a real host", async () => {
  const guest = await documentProgram("guest");
  await using folder = await temporaryFolder();
  await using host = Program.start("host", [
    ...["--source=test", "--port=0", "--no-preview", "--width=320", "--height=240"],
  ]);
  const { code, stdout, stderr } = await new Deno.Command("/usr/bin/python3", {
    args: ["-c", guest, "127.0.0.1", `${await host.port()}`, `${PICTURES}`],
    cwd: folder.path,
    env: { PYTHONIOENCODING: "utf-8" },
  }).output();
  const [printed, complaints] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.deepEqual([code, complaints], [0, ""]);

  const numbers: number[] = [];
  for (let picture = 1; picture <= PICTURES; picture++) {
    numbers.push(...await numbersOf(await Deno.readFile(`${folder.path}/frame-${picture}.jpg`)));
  }
  assert.equal(numbers.length, PICTURES);
  assert.deepEqual(numbers, [...new Set(numbers)].sort((a, b) => a - b));

  // It believes a single exchange: where that was held up, a fresh picture can seem to be of later.
  const ages = [...printed!.matchAll(/^frame \d+: \d+ bytes, (-?\d+) µs old$/gm)];
  assert.equal(ages.length, PICTURES, printed);
  for (const [, micros] of ages) assert.ok(Math.abs(Number(micros)) < 5_000_000, `${micros} µs`);
  await host.line(/ ended: enough seen$/);
});
