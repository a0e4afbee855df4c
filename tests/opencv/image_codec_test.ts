import assert from "node:assert/strict";
import "../support/bridge.ts";
import { imdecodeAsync } from "../../lib/opencv/mod.ts";
import { captureVideoError } from "../support/errors.ts";
import { makeFilm } from "../support/films.ts";
import { temporaryFolder } from "../support/folder.ts";

Deno.test("imdecodeAsync() gives a PNG's and a WebP's pixels as BGR", async () => {
  await using folder = await temporaryFolder();
  for (const name of ["picture.png", "picture.webp"]) {
    const path = `${folder.path}/${name}`;
    const input = ["-f", "lavfi", "-i", "color=size=40x30:color=0x3070b0"];
    await makeFilm([...input, "-frames:v", "1", "-update", "1", path]);
    using picture = await imdecodeAsync(await Deno.readFile(path));
    assert.deepEqual([picture.rows, picture.cols, picture.channels], [30, 40, 3]);
    const pixel = [...picture.getData().subarray(0, 3)];
    const off = pixel.map((value, channel) => Math.abs(value - [0xb0, 0x70, 0x30][channel]!));
    assert.ok(Math.max(...off) <= 4, `${name}: ${pixel}`);
  }
});

Deno.test("imdecodeAsync() says that it is no picture", async () => {
  for (const bytes of [new Uint8Array(), new TextEncoder().encode("no picture at all")]) {
    await assert.rejects(
      imdecodeAsync(bytes),
      captureVideoError("opencv", /^Cannot decode a picture: (there are|it is in)/),
    );
  }
});
