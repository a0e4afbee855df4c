import assert from "node:assert/strict";
import "../../support/bridge.ts";
import { clockwise } from "../../../lib/camera/film/orientation.ts";
import { SourceOpener, type SourceSettings } from "../../../lib/camera/open_source.ts";
import { imdecodeAsync, Mat } from "../../../lib/opencv/mod.ts";
import { SOURCE_SETTINGS } from "../source_settings.ts";
import { FOUR_COLOURS, makeFilm, noteTurn, quartersOf } from "../../support/films.ts";
import { temporaryFolder } from "../../support/folder.ts";

/** The first picture as the host would show it: its quarters and size, and the size it is said to have. */
async function firstPicture(settings: Partial<SourceSettings>) {
  const opener = new SourceOpener({ ...SOURCE_SETTINGS, ...settings }, { onOpened: () => {} });
  await using source = await opener.open();
  using picture = new Mat();
  assert.notEqual(await source.read(picture), undefined);
  assert.equal(source.pixelFormat, "bgr");
  const { info: { width, height } } = source;
  assert.deepEqual([picture.cols, picture.rows], [width, height]);
  return { quarters: quartersOf(picture), width, height };
}

for (const [codec, container] of [["libx264", "mp4"], ["mjpeg", "mov"], ["mjpeg", "mp4"]]) {
  Deno.test(`a ${container} film of ${codec} that is to be turned is turned as FFmpeg turns it`, async () => {
    await using folder = await temporaryFolder();
    const plain = `${folder.path}/plain.${container}`;
    const input = ["-f", "lavfi", "-i", FOUR_COLOURS, "-frames:v", "5"];
    await makeFilm([...input, "-c:v", codec!, plain]);
    for (const degrees of [90, 180, 270]) {
      const film = `${folder.path}/turned.${container}`;
      await noteTurn(plain, film, degrees);
      const png = `${folder.path}/right.png`;
      await makeFilm(["-i", film, "-frames:v", "1", png]);
      using right = await imdecodeAsync(await Deno.readFile(png));
      const { quarters, width, height } = await firstPicture({ source: film });
      assert.equal(quarters, quartersOf(right), `${degrees} degrees`);
      assert.deepEqual([width, height], [right.cols, right.rows]);
      assert.notEqual(quarters, "red blue lime white");
    }
  });
}

Deno.test("a film that is to be turned is turned before --rotate and --flip", async () => {
  await using folder = await temporaryFolder();
  const plain = `${folder.path}/plain.mp4`;
  await makeFilm(["-f", "lavfi", "-i", FOUR_COLOURS, "-frames:v", "5", "-c:v", "libx264", plain]);
  const source = `${folder.path}/turned.mp4`;
  await noteTurn(plain, source, 90);
  const upright = await firstPicture({ source });
  assert.deepEqual([upright.width, upright.height], [240, 320]);
  const [a, b, c, d] = upright.quarters.split(" ");
  const turned = await firstPicture({ source, rotate: 90 });
  assert.deepEqual(turned, { quarters: `${c} ${a} ${d} ${b}`, width: 320, height: 240 });
  const back = await firstPicture({ source, rotate: 270 });
  assert.deepEqual(back, { quarters: `${b} ${d} ${a} ${c}`, width: 320, height: 240 });
  const flipped = await firstPicture({ source, flip: "h" });
  assert.equal(flipped.quarters, `${b} ${a} ${d} ${c}`);
});

Deno.test("clockwise() knows which way each version of OpenCV counts", () => {
  const cases: [number, string, number][] = [
    [90, "4.6.0", 270],
    [270, "4.6.0", 90],
    [180, "4.6.0", 180],
    [0, "4.6.0", 0],
    [90, "4.5.4", 90],
    [90, "4.10.0", 90],
    [-90, "4.10.0", 270],
    [45, "4.10.0", 0],
  ];
  for (const [orientation, version, turn] of cases) {
    assert.equal(clockwise(orientation, version), turn, `${orientation} of ${version}`);
  }
});
