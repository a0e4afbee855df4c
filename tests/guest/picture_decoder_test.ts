import assert from "node:assert/strict";
import "../support/bridge.ts";
import { PictureDecoder } from "../../lib/guest/picture_decoder.ts";
import { JpegDecoder, Mat } from "../../lib/opencv/mod.ts";
import { drawFrameNumber, frameNumberOf } from "../support/frame_number.ts";
import { NUMBERED_SIZE } from "../support/numbered_pictures.ts";

Deno.test("PictureDecoder keeps a picture that is being compressed, whatever comes meanwhile", async () => {
  const sink = new PictureDecoder(() => {});
  using pixels = new Mat(NUMBERED_SIZE.height, NUMBERED_SIZE.width);
  const next = async (number: number) => {
    drawFrameNumber(pixels, number);
    sink.offerPixels(pixels, number);
    return (await sink.next())!;
  };
  const first = await next(1);
  const saved = first.jpeg();
  first.release();
  const second = await next(2);
  assert.notEqual(second.mat, first.mat);
  using seen = new Mat();
  await using decoder = new JpegDecoder();
  await decoder.decode(await saved, seen);
  assert.equal(frameNumberOf(seen), 1);
  // It has gone back by now, and goes round.
  second.release();
  await next(3);
  assert.ok([first.mat, second.mat].includes((await next(4)).mat));
  await sink.close();
});
