import assert from "node:assert/strict";
import "../support/bridge.ts";
import {
  CV_8UC1,
  FLIP_HORIZONTAL,
  FLIP_VERTICAL,
  getTextSize,
  Mat,
  ROTATE_180,
  ROTATE_90_CLOCKWISE,
  ROTATE_90_COUNTERCLOCKWISE,
} from "../../lib/opencv/mod.ts";
import { captureVideoError } from "../support/errors.ts";
import { meanOf } from "./pictures.ts";

/** A gray picture with the values given, row by row. */
function gray(rows: number, values: number[]): Mat {
  const mat = new Mat(rows, values.length / rows, CV_8UC1);
  mat.setData(Uint8Array.from(values));
  return mat;
}

Deno.test("Mat() is empty without arguments, and has the size and type it is asked for", () => {
  using empty = new Mat();
  assert.deepEqual([empty.rows, empty.cols, empty.byteLength], [0, 0, 0]);
  assert.deepEqual(empty.getData(), new Uint8Array());
  using picture = new Mat(3, 5);
  assert.deepEqual(
    [picture.rows, picture.cols, picture.channels],
    [3, 5, 3],
  );
  using mask = new Mat(3, 5, CV_8UC1);
  assert.deepEqual([mask.channels, mask.byteLength], [1, 15]);
});

Deno.test("Mat() says in OpenCV's words what it cannot have", () => {
  assert.throws(() => new Mat(-1, 5), captureVideoError("opencv", /^Cannot make a Mat: .+/));
  assert.throws(
    () => new Mat(2 ** 30, 2 ** 30),
    captureVideoError("opencv", /^Cannot make a Mat: .*(memory|allocate|size)/i),
  );
});

Deno.test("Mat.setData() and getData() give back what was put in", () => {
  using mat = new Mat(2, 2);
  const bytes = Uint8Array.from({ length: 12 }, (_, index) => index * 20);
  mat.setData(bytes);
  assert.deepEqual(mat.getData(), bytes);
  const room = new Uint8Array(12);
  assert.equal(mat.getData(room), room);
  assert.deepEqual(room, bytes);
  assert.throws(() => mat.getData(new Uint8Array(11)), {
    name: "RangeError",
    message: "Cannot copy a Mat: it has 12 bytes, and there is room for 11",
  });
});

Deno.test("Mat.setData() takes neither more nor fewer bytes than there are", () => {
  using mat = new Mat(2, 2);
  for (const length of [0, 11, 13]) {
    assert.throws(
      () => mat.setData(new Uint8Array(length)),
      {
        name: "RangeError",
        message: `Cannot fill a Mat: it has 12 bytes, and ${length} were given`,
      },
    );
  }
});

Deno.test("Mat.create() keeps the pixels where size and type stay", () => {
  using mat = gray(1, [7, 8]);
  mat.create(1, 2, CV_8UC1);
  assert.deepEqual(mat.getData(), Uint8Array.of(7, 8));
  mat.create(4, 4);
  assert.deepEqual([mat.rows, mat.cols, mat.channels], [4, 4, 3]);
});

Deno.test("Mat.copyTo() makes an equal picture that is its own", () => {
  using one = gray(2, [1, 2, 3, 4]);
  using other = new Mat();
  one.copyTo(other);
  one.setTo([9, 9, 9]);
  assert.deepEqual(other.getData(), Uint8Array.of(1, 2, 3, 4));
});

Deno.test("Mat.copyTo(itself) leaves it as it is", () => {
  using mat = gray(1, [1, 2]);
  mat.copyTo(mat);
  assert.deepEqual(mat.getData(), Uint8Array.of(1, 2));
});

Deno.test("Mat.rotateTo() and flipTo() turn and mirror", () => {
  using mat = gray(2, [1, 2, 3, 4, 5, 6]);
  using turned = new Mat();
  const cases: [() => void, number, number[]][] = [
    [() => mat.rotateTo(turned, ROTATE_90_CLOCKWISE), 3, [4, 1, 5, 2, 6, 3]],
    [() => mat.rotateTo(turned, ROTATE_180), 2, [6, 5, 4, 3, 2, 1]],
    [() => mat.rotateTo(turned, ROTATE_90_COUNTERCLOCKWISE), 3, [3, 6, 2, 5, 1, 4]],
    [() => mat.flipTo(turned, FLIP_HORIZONTAL), 2, [3, 2, 1, 6, 5, 4]],
    [() => mat.flipTo(turned, FLIP_VERTICAL), 2, [4, 5, 6, 1, 2, 3]],
  ];
  for (const [turn, rows, values] of cases) {
    turn();
    assert.equal(turned.rows, rows);
    assert.deepEqual([...turned.getData()], values);
  }
});

Deno.test("Mat.resizeTo() averages when it makes smaller", () => {
  using mat = gray(2, [0, 100, 200, 100, 0, 100, 200, 100]);
  using half = new Mat();
  mat.resizeTo(half, 1, 2);
  assert.deepEqual([...half.getData()], [50, 150]);
  assert.throws(
    () => mat.resizeTo(half, -1, 2),
    captureVideoError("opencv", /^Cannot resize a picture: \(-215:Assertion failed\).+ 'resize'$/),
  );
});

Deno.test("Mat.dimTo() takes colour and half of the light, of colour and gray pictures", () => {
  using picture = new Mat(2, 2);
  picture.setTo([0, 0, 200]);
  using dim = new Mat();
  picture.dimTo(dim);
  const [blue, green, red] = dim.getData();
  assert.ok(blue === green && green === red && blue! > 25 && blue! < 35, `${blue}`);
  using plain = gray(1, [100]);
  plain.dimTo(dim);
  assert.deepEqual([dim.channels, ...dim.getData()], [3, 50, 50, 50]);
});

Deno.test("Mat.setTo() fills with blue, green and red", () => {
  using mat = new Mat(1, 2);
  mat.setTo([1, 2, 3]);
  assert.deepEqual([...mat.getData()], [1, 2, 3, 1, 2, 3]);
});

Deno.test("Mat.drawRectangle() includes both corners and nothing else", () => {
  using mat = new Mat(4, 4, CV_8UC1);
  mat.setTo([0, 0, 0]);
  mat.drawRectangle({ x: 1, y: 1 }, { x: 2, y: 2 }, [255, 255, 255]);
  assert.deepEqual([...mat.getData()], [0, 0, 0, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 0, 0, 0]);
});

Deno.test("Mat.putText() leaves its colour on the picture", () => {
  using mat = new Mat(100, 100);
  mat.setTo([0, 0, 0]);
  mat.putText("age", { x: 10, y: 60 }, { color: [0, 255, 0], thickness: 2 });
  const pixels = mat.getData();
  const green = pixels.filter((_, index) => index % 3 === 1);
  assert.ok(green.includes(255) && meanOf(green) < 128, "some of it is green");
  assert.ok(pixels.every((value, index) => index % 3 === 1 || value === 0), "and only green");
});

Deno.test("Mat.putText() takes any text but one with a NUL", () => {
  using mat = new Mat(100, 100);
  mat.putText("größer 漢字 \u{1f4f7} %s %n", { x: -50, y: 1000 });
  assert.throws(() => mat.putText("a\0b", { x: 0, y: 0 }), TypeError);
});

Deno.test("getTextSize() is what putText() draws", () => {
  const options = { fontScale: 2, thickness: 3 };
  const size = getTextSize("gauge", options);
  using mat = new Mat(200, 400, CV_8UC1);
  mat.setTo([0, 0, 0]);
  mat.putText("gauge", { x: 20, y: 100 }, options);
  const pixels = mat.getData();
  const columns = [...pixels.keys()].filter((at) => pixels[at]! > 0).map((at) => at % 400);
  const rows = [...pixels.keys()].filter((at) => pixels[at]! > 0).map((at) => at / 400 | 0);
  assert.ok(Math.abs(Math.max(...columns) - 20 - size.width) <= 8);
  assert.ok(Math.max(...rows) > 100, "what hangs below the base line is not counted");
  assert.ok(100 - Math.min(...rows) <= size.height);
});

Deno.test("Mat.release() may come twice, and then nothing works", () => {
  const mat = new Mat(2, 2);
  mat.release();
  mat.release();
  using other = new Mat();
  const uses: (() => unknown)[] = [
    () => mat.rows,
    () => mat.handle,
    () => mat.getData(),
    () => mat.setTo([0, 0, 0]),
    () => mat.copyTo(other),
    () => other.copyTo(mat),
  ];
  for (const use of uses) {
    assert.throws(use, { name: "BadResource", message: "Cannot use the Mat: it was released" });
  }
});

Deno.test("Mat.borrow() sees the same pixels, and its release frees nothing", () => {
  using owner = gray(1, [1, 2]);
  {
    using view = Mat.borrow(owner.handle);
    view.setData(Uint8Array.of(3, 4));
    assert.equal(view.handle, owner.handle);
  }
  assert.deepEqual([...owner.getData()], [3, 4]);
  assert.throws(() => Mat.borrow(0n), TypeError);
});

Deno.test("Mat.borrow() works in another worker of the process", async () => {
  using picture = new Mat(100, 100);
  picture.setTo([0, 0, 0]);
  const worker = new Worker(new URL("./borrowing_worker.ts", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<{ jpegBytes: number }>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => reject(new Error(event.message));
  worker.postMessage(picture.handle);
  const { jpegBytes } = await promise;
  worker.terminate();
  assert.ok(jpegBytes > 100);
  assert.deepEqual([...picture.getData().subarray(0, 3)], [10, 20, 30]);
});

Deno.test("Mat gives its memory back: the process does not grow over 2,000 large pictures", () => {
  const round = () => {
    for (let count = 0; count < 1000; count++) {
      using mat = new Mat(720, 1280);
      mat.setTo([count % 256, 0, 0]);
    }
  };
  round();
  const before = Deno.memoryUsage().rss;
  round();
  const grownMb = (Deno.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(grownMb < 30, `grew by ${grownMb.toFixed(1)} MB`);
});

Deno.test("Mat.placeIn() fills a part of another picture, and leaves the rest", () => {
  using whole = new Mat(4, 6);
  whole.setTo([0, 0, 0]);
  using white = new Mat(8, 8);
  white.setTo([255, 255, 255]);
  white.placeIn(whole, { x: 2, y: 1, width: 3, height: 2 });
  const rows = Array.from(
    { length: 4 },
    (_, y) =>
      Array.from({ length: 6 }, (_, x) => whole.getData()[(y * 6 + x) * 3] === 255 ? "#" : ".")
        .join(""),
  );
  assert.deepEqual(rows, ["......", "..###.", "..###.", "......"]);
  assert.throws(() => white.placeIn(whole, { x: 4, y: 1, width: 3, height: 2 }), {
    code: "opencv",
  });
});
