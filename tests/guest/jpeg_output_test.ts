import assert from "node:assert/strict";
import { JpegOutput } from "../../lib/guest/jpeg_output.ts";
import { captureVideoError } from "../support/errors.ts";
import { temporaryFolder } from "../support/folder.ts";

const PICTURES = [Uint8Array.of(1, 2, 3), Uint8Array.of(4), Uint8Array.of(5, 6)];

Deno.test("JpegOutput.write() puts the bytes into the file, one after another", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/seen.mjpeg`;
  await Deno.writeTextFile(path, "what was there before, and is longer than what comes");
  {
    using output = await JpegOutput.open(path);
    for (const jpeg of PICTURES) await output.write(jpeg);
  }
  assert.deepEqual(await Deno.readFile(path), Uint8Array.of(1, 2, 3, 4, 5, 6));
});

Deno.test("JpegOutput.write() without a target does nothing", async () => {
  using output = await JpegOutput.open(undefined);
  for (const jpeg of PICTURES) await output.write(jpeg);
});

Deno.test("JpegOutput.open() says why the file cannot be made", async () => {
  await using folder = await temporaryFolder();
  await assert.rejects(
    JpegOutput.open(`${folder.path}/no/such/file`),
    captureVideoError("output", /^Cannot write \S+: there is no such file or directory$/),
  );
  await assert.rejects(
    JpegOutput.open(folder.path),
    captureVideoError("output", /^Cannot write \S+: it is a directory$/),
  );
});

Deno.test("JpegOutput.write() has written when it resolves", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/seen.mjpeg`;
  using output = await JpegOutput.open(path);
  await output.write(Uint8Array.of(1, 2, 3));
  assert.deepEqual(await Deno.readFile(path), Uint8Array.of(1, 2, 3));
});
