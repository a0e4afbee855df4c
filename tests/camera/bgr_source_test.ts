import assert from "node:assert/strict";
import "../support/bridge.ts";
import { CV_8UC2, greyOf } from "../opencv/pictures.ts";
import { BgrSource, type PictureTransform } from "../../lib/camera/bgr_source.ts";
import type { FrameSource, PixelFormat } from "../../lib/camera/source.ts";
import { CV_8UC1, JpegEncoder, Mat } from "../../lib/opencv/mod.ts";
import { isFreed } from "../support/scripted_source.ts";

const SIZE = { width: 64, height: 32 };
const NONE: PictureTransform = { rotate: 0, flip: "none", timestamp: false };

/** A camera with a white patch in the top left corner of its black pictures. */
class CornerSource implements FrameSource {
  readonly info = { description: "corner", ...SIZE, fps: 30, format: "" };
  readonly pixelFormat: PixelFormat;
  /** The Mat that was read into. */
  mat: Mat | undefined;
  closed = false;
  #left = 1;

  constructor(pixelFormat: PixelFormat = "bgr") {
    this.pixelFormat = pixelFormat;
  }

  async read(into: Mat): Promise<number | undefined> {
    this.mat = into;
    if (this.#left-- === 0) return undefined;
    const { width, height } = SIZE;
    using bgr = new Mat(height, width);
    bgr.setTo([0, 0, 0]);
    bgr.drawRectangle({ x: 0, y: 0 }, { x: 15, y: 15 }, [255, 255, 255]);
    using grey = greyOf(bgr);
    const fullLuma = grey.getData();
    // Studio swing: black is 16, white 235.
    const luma = fullLuma.map((value) => 16 + value * 219 / 255);
    switch (this.pixelFormat) {
      case "bgr":
        bgr.copyTo(into);
        break;
      case "yuyv":
        into.create(height, width, CV_8UC2);
        into.setData(
          Uint8Array.from({ length: luma.length * 2 }, (_, at) => at % 2 ? 128 : luma[at / 2]!),
        );
        break;
      case "nv12":
        into.create(height * 3 / 2, width, CV_8UC1);
        into.setData(
          Uint8Array.from({ length: luma.length * 1.5 }, (_, at) => luma[at] ?? 128),
        );
        break;
      case "yuvj420p":
        into.create(height * 3 / 2, width, CV_8UC1);
        into.setData(
          Uint8Array.from({ length: luma.length * 1.5 }, (_, at) => fullLuma[at] ?? 128),
        );
        break;
      case "mjpg": {
        await using encoder = new JpegEncoder();
        const jpeg = await encoder.encode(bgr, { quality: 95 });
        into.create(1, jpeg.length, CV_8UC1);
        into.setData(jpeg);
      }
    }
    return 12_345;
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The corner of a BGR picture that is white. */
function whiteCorner(picture: Mat): string {
  const { cols, rows } = picture;
  const data = picture.getData();
  const isWhite = (x: number, y: number) => {
    return [0, 1, 2].every((channel) => data[(y * cols + x) * 3 + channel]! > 200);
  };
  const corners = { "top left": [4, 4], "top right": [cols - 5, 4] };
  const lower = { "bottom left": [4, rows - 5], "bottom right": [cols - 5, rows - 5] };
  return Object.entries({ ...corners, ...lower })
    .filter(([, [x, y]]) => isWhite(x!, y!))
    .map(([name]) => name).join(" and ");
}

const TURNS: [Partial<PictureTransform>, { width: number; height: number }, string][] = [
  [{}, SIZE, "top left"],
  [{ rotate: 90 }, { width: 32, height: 64 }, "top right"],
  [{ rotate: 180 }, SIZE, "bottom right"],
  [{ rotate: 270 }, { width: 32, height: 64 }, "bottom left"],
  [{ flip: "h" }, SIZE, "top right"],
  [{ flip: "v" }, SIZE, "bottom left"],
  // First turned, then mirrored.
  [{ rotate: 90, flip: "h" }, { width: 32, height: 64 }, "top left"],
  [{ rotate: 90, flip: "v" }, { width: 32, height: 64 }, "bottom right"],
  [{ rotate: 180, flip: "h" }, SIZE, "bottom left"],
];

for (const [transform, size, corner] of TURNS) {
  const name = Object.entries(transform).map((pair) => pair.join(" ")).join(", ") || "nothing";
  Deno.test(`BgrSource.read() with ${name} puts the top left corner ${corner}`, async () => {
    await using source = new BgrSource(new CornerSource(), { ...NONE, ...transform });
    using picture = new Mat();
    assert.equal(await source.read(picture), 12_345);
    assert.deepEqual({ width: picture.cols, height: picture.rows }, size);
    const { width, height } = source.info;
    assert.deepEqual({ width, height }, size);
    assert.equal(whiteCorner(picture), corner);
  });
}

for (const pixelFormat of ["yuyv", "nv12", "yuvj420p", "mjpg"] as const) {
  Deno.test(`BgrSource.read() decodes ${pixelFormat}, turned or not`, async () => {
    for (const rotate of [0, 180] as const) {
      await using source = new BgrSource(new CornerSource(pixelFormat), { ...NONE, rotate });
      using picture = new Mat();
      await source.read(picture);
      assert.deepEqual([picture.cols, picture.rows, picture.channels], [64, 32, 3]);
      assert.equal(whiteCorner(picture), rotate === 0 ? "top left" : "bottom right");
    }
  });
}

Deno.test("BgrSource.read() writes the time on the picture where it is to", async () => {
  const inks: number[] = [];
  for (const timestamp of [false, true]) {
    await using source = new BgrSource(new CornerSource(), { ...NONE, timestamp });
    using picture = new Mat();
    await source.read(picture);
    // Below the white patch.
    const below = picture.getData().subarray(20 * picture.cols * 3);
    inks.push(below.filter((value) => value > 100).length);
  }
  assert.equal(inks[0], 0);
  assert.ok(inks[1]! > 20, `${inks[1]} bytes are light`);
});

Deno.test("BgrSource ends with its source, and frees what it holds", async () => {
  const inner = new CornerSource();
  const source = new BgrSource(inner, { ...NONE, rotate: 90 });
  using picture = new Mat();
  await source.read(picture);
  assert.equal(await source.read(picture), undefined);
  await source.close();
  assert.ok(inner.closed);
  assert.ok(isFreed(inner.mat!));
});
