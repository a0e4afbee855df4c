import assert from "node:assert/strict";
import "../../support/bridge.ts";
import { isPictureName, PicturesSource } from "../../../lib/camera/film/pictures.ts";
import { Mat, monotonicMicros } from "../../../lib/opencv/mod.ts";
import { captureVideoError } from "../../support/errors.ts";
import { makeFilm } from "../../support/films.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { numberedJpeg } from "../../support/numbered_pictures.ts";

const ONCE = { fps: 50, loop: false };

/** A PNG of one grey, whose level tells it from others. */
function writePng(path: string, level: number, size = "32x24"): Promise<void> {
  const grey = `color=size=${size},format=gray,geq=lum=${level}`;
  return makeFilm(["-f", "lavfi", "-i", grey, "-frames:v", "1", "-update", "1", path]);
}

/** The levels of the pictures up to the end, or to so many. */
async function levelsOf(source: PicturesSource, limit = Infinity): Promise<number[]> {
  using picture = new Mat();
  const levels: number[] = [];
  while (levels.length < limit && await source.read(picture) !== undefined) {
    levels.push(picture.getData()[0]!);
  }
  return levels;
}

Deno.test("PicturesSource.read() gives a single JPEG as it is, at the requested rate, without an end", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/photo.JPG`;
  const jpeg = await numberedJpeg(7);
  await Deno.writeFile(path, jpeg);
  await using source = await PicturesSource.open(path, ONCE);
  assert.equal(source.pixelFormat, "mjpg");
  assert.deepEqual(source.info, {
    description: path,
    ...{ width: 320, height: 240, fps: 50, format: "picture" },
  });
  using picture = new Mat();
  let before = 0;
  for (let count = 0; count < 5; count++) {
    const at = (await source.read(picture))!;
    assert.ok(monotonicMicros() >= at && at >= before + 1e6 / 50 - 1);
    before = at;
    assert.deepEqual(picture.getData(), jpeg);
  }
});

Deno.test("PicturesSource.read() decodes other pictures", async () => {
  await using folder = await temporaryFolder();
  for (const [index, ending] of ["png", "bmp", "webp", "tiff", "ppm"].entries()) {
    const path = `${folder.path}/picture.${ending}`;
    await writePng(path, 10 + index);
    await using source = await PicturesSource.open(path, ONCE);
    assert.deepEqual([source.info.width, source.info.height], [32, 24]);
    assert.deepEqual(await levelsOf(source, 2), [10 + index, 10 + index]);
  }
});

Deno.test("PicturesSource.open() knows a JPEG by what it is, whatever its name says", async () => {
  await using folder = await temporaryFolder();
  const [jpeg, png] = [`${folder.path}/jpeg.png`, `${folder.path}/png.jpg`];
  await writePng(`${folder.path}/other.png`, 30);
  await Deno.rename(`${folder.path}/other.png`, png);
  await Deno.writeFile(jpeg, await numberedJpeg(1));
  await using first = await PicturesSource.open(jpeg, ONCE);
  assert.equal(first.pixelFormat, "mjpg");
  await using second = await PicturesSource.open(png, ONCE);
  assert.equal(second.pixelFormat, "bgr");
  assert.deepEqual(await levelsOf(second, 1), [30]);
});

Deno.test("PicturesSource.read() gives a series in the order of its numbers, then nothing", async () => {
  await using folder = await temporaryFolder();
  for (const number of [1, 2, 9, 10, 100]) {
    await writePng(`${folder.path}/img_${number}.png`, number);
  }
  await writePng(`${folder.path}/img_x.png`, 200);
  await writePng(`${folder.path}/img_3.png.png`, 201);
  const open = (name: string, loop = false) =>
    PicturesSource.open(`${folder.path}/${name}`, { fps: 500, loop });
  await using once = await open("img_%d.png");
  assert.deepEqual(await levelsOf(once), [1, 2, 9, 10, 100]);
  await using wide = await open("img_%03d.png");
  assert.deepEqual(await levelsOf(wide, 1), [100]);
  await using looped = await open("img_%d.png", true);
  assert.deepEqual(await levelsOf(looped, 7), [1, 2, 9, 10, 100, 1, 2]);
});

Deno.test("PicturesSource.read() takes pictures of other sizes, and leaves out what is none", async () => {
  await using folder = await temporaryFolder();
  await writePng(`${folder.path}/1.png`, 1);
  await Deno.writeTextFile(`${folder.path}/2.png`, "no picture");
  await writePng(`${folder.path}/3.png`, 3, "10x100");
  await using source = await PicturesSource.open(`${folder.path}/%d.png`, ONCE);
  using picture = new Mat();
  await source.read(picture);
  await assert.rejects(source.read(picture), captureVideoError("damaged-jpeg", /2\.png: it is no/));
  assert.notEqual(await source.read(picture), undefined);
  assert.deepEqual([picture.cols, picture.rows], [10, 100]);
  assert.equal(await source.read(picture), undefined);
});

Deno.test("PicturesSource.open() takes a name with a percent sign for what is there", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/50%d.png`;
  await writePng(path, 50);
  await using source = await PicturesSource.open(path, ONCE);
  assert.deepEqual(await levelsOf(source, 3), [50, 50, 50]);
});

Deno.test("PicturesSource.open() says what is wrong", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/text.png`, "no picture");
  await Deno.writeTextFile(`${folder.path}/text.jpg`, "no picture");
  await Deno.mkdir(`${folder.path}/folder.png`);
  const cases: [string, RegExp][] = [
    ["missing.png", /missing\.png: there is no such file/],
    ["folder.png", /folder\.png: it is a directory$/],
    ["text.png", /text\.png: it is no picture that can be shown$/],
    ["text.jpg", /text\.jpg: it is no picture that can be shown$/],
    ["none_%02d.png", /none_%02d\.png: there is no file of such a name with a number in it$/],
    ["nowhere/%d.png", /%d\.png: there is no file of such a name with a number in it$/],
  ];
  for (const [name, words] of cases) {
    await assert.rejects(
      PicturesSource.open(`${folder.path}/${name}`, ONCE),
      captureVideoError("camera-unavailable", words),
    );
  }
});

Deno.test("isPictureName() tells pictures from films", () => {
  for (const name of ["a.jpg", "A.JPEG", "img_%03d.png", "a.b.webp", "x.tif"]) {
    assert.ok(isPictureName(name), name);
  }
  for (const name of ["a.mjpg", "a.mjpeg", "a.gif", "a.mp4", "jpg", "a.jpg.mp4"]) {
    assert.ok(!isPictureName(name), name);
  }
});

Deno.test("PicturesSource.read() asks for pictures that are gone no faster than for others", async () => {
  await using folder = await temporaryFolder();
  for (const number of [1, 2]) await writePng(`${folder.path}/${number}.png`, number);
  await using source = await PicturesSource.open(`${folder.path}/%d.png`, { ...ONCE, loop: true });
  using picture = new Mat();
  const first = (await source.read(picture))!;
  for (const number of [1, 2]) await Deno.remove(`${folder.path}/${number}.png`);
  for (let count = 0; count < 5; count++) {
    await assert.rejects(
      source.read(picture),
      captureVideoError("damaged-jpeg", /cannot be read$/),
    );
  }
  assert.ok(monotonicMicros() >= first + 5 * 1e6 / ONCE.fps - 1);
});
