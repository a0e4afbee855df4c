import assert from "node:assert/strict";
import "../support/bridge.ts";
import {
  imdecode,
  imdecodeAsync,
  imencode,
  imencodeAsync,
  imread,
  IMREAD_GRAYSCALE,
  imreadAsync,
  imwrite,
  IMWRITE_JPEG_QUALITY,
  imwriteAsync,
  Mat,
} from "../../lib/opencv/mod.ts";
import { captureVideoError } from "../support/errors.ts";
import { testPicture } from "./pictures.ts";

Deno.test("imencode() and imdecode() keep a PNG's pixels, waiting or not", async () => {
  using picture = testPicture();
  const png = imencode(".png", picture);
  assert.deepEqual(await imencodeAsync(".png", picture), png);
  using one = imdecode(png);
  using other = await imdecodeAsync(png);
  assert.deepEqual(one.getData(), picture.getData());
  assert.deepEqual(other.getData(), picture.getData());
  using gray = imdecode(png, IMREAD_GRAYSCALE);
  assert.equal(gray.channels, 1);
});

Deno.test("imencode() takes parameters", () => {
  using picture = testPicture();
  const small = imencode(".jpg", picture, [IMWRITE_JPEG_QUALITY, 5]);
  const large = imencode(".jpg", picture, [IMWRITE_JPEG_QUALITY, 95]);
  assert.ok(small.length * 2 < large.length);
});

Deno.test("imencode() and imdecode() say what they cannot do", async () => {
  using picture = testPicture();
  using empty = new Mat();
  const unknown = captureVideoError("opencv", /^Cannot encode a picture as \.xyz: .*extension/);
  assert.throws(() => imencode(".xyz", picture), unknown);
  await assert.rejects(imencodeAsync(".xyz", picture), unknown);
  assert.throws(
    () => imencode(".png", empty),
    captureVideoError("opencv", /^Cannot encode a picture as \.png: .*empty/),
  );
  for (const bytes of [new Uint8Array(), new TextEncoder().encode("no picture at all")]) {
    const noPicture = captureVideoError("opencv", /^Cannot decode a picture: (there are|it is in)/);
    assert.throws(() => imdecode(bytes), noPicture);
    await assert.rejects(imdecodeAsync(bytes), noPicture);
  }
});

Deno.test("imwrite() and imread() go through a file", async () => {
  const folder = await Deno.makeTempDir({ prefix: "capturevideo-test-" });
  using picture = testPicture();
  imwrite(`${folder}/one.png`, picture);
  await imwriteAsync(`${folder}/other.png`, picture);
  using one = imread(`${folder}/one.png`);
  using other = await imreadAsync(`${folder}/other.png`);
  assert.deepEqual(one.getData(), other.getData());
  assert.throws(() => imwrite(`${folder}/picture`, picture), {
    name: "TypeError",
    message: `Cannot write ${folder}/picture: its name has no extension to tell the format`,
  });
  assert.throws(() => imread(`${folder}/missing.png`), Deno.errors.NotFound);
  await Deno.remove(folder, { recursive: true });
});
