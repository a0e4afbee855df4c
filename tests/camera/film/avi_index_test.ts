import assert from "node:assert/strict";
import { hasEvenPictures } from "../../../lib/camera/film/avi_index.ts";
import { makeFilm } from "../../support/films.ts";
import { temporaryFolder } from "../../support/folder.ts";

const PICTURES = ["-f", "lavfi", "-i", "testsrc=size=64x48:rate=25", "-frames:v", "10"];

Deno.test("hasEvenPictures() tells an AVI with a picture for each moment from one without", async () => {
  await using folder = await temporaryFolder();
  const even = `${folder.path}/even.avi`;
  await makeFilm([...PICTURES, "-c:v", "mjpeg", even]);
  assert.equal(await hasEvenPictures(even), true);

  const uneven = `${folder.path}/uneven.avi`;
  const stays = ["-vf", "setpts='(if(lt(N,5),N,N+20)+0.1)/25/TB'", "-fps_mode", "passthrough"];
  await makeFilm([...PICTURES, ...stays, "-c:v", "mjpeg", uneven]);
  assert.equal(await hasEvenPictures(uneven), false);
});

Deno.test("hasEvenPictures() promises nothing of a file without a whole index", async () => {
  await using folder = await temporaryFolder();
  const whole = `${folder.path}/whole.avi`;
  await makeFilm([...PICTURES, "-c:v", "mjpeg", whole]);
  const bytes = await Deno.readFile(whole);
  const path = `${folder.path}/cut.avi`;
  for (const length of [0, 7, 12, 15, 100, bytes.length >> 1, bytes.length - 1]) {
    await Deno.writeFile(path, bytes.subarray(0, length));
    assert.equal(await hasEvenPictures(path), false, `${length} bytes`);
  }
  const noise = bytes.map((byte, at) => at < 12 ? byte : (at * 73 + byte) & 0xff);
  await Deno.writeFile(path, noise);
  assert.equal(await hasEvenPictures(path), false);
});
