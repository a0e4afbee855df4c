import assert from "node:assert/strict";
import fc from "fast-check";
import { fit, layOut, pictureRoom } from "../../lib/display/grid_layout.ts";

const ROOM = { width: 1280, height: 720, bar: 20, gap: 4 };

function wide(count: number): number[] {
  return Array.from({ length: count }, () => 16 / 9);
}

/** How many tiles stand in each row. */
function rows(count: number, room = ROOM): number[] {
  const places = layOut(wide(count), room);
  return Object.values(Object.groupBy(places, ({ y }) => y)).map((row) => row!.length);
}

Deno.test("layOut() gives the pictures most of the room, whatever its shape", () => {
  assert.deepEqual(rows(1), [1]);
  assert.deepEqual(rows(4), [2, 2]);
  assert.deepEqual(rows(6), [3, 3]);
  assert.deepEqual(rows(3, { ...ROOM, width: 400, height: 900 }), [1, 1, 1]);
  assert.deepEqual(rows(3, { ...ROOM, width: 1900, height: 300 }), [3]);
  assert.deepEqual(layOut([], ROOM), []);
});

Deno.test("layOut() puts a shorter last row into the middle", () => {
  const [first, , , fourth, fifth] = layOut(wide(5), ROOM);
  assert.deepEqual(first, { x: 0, y: 0, width: 424, height: 358 });
  assert.deepEqual([fourth!.x, fifth!.x], [214, 214 + 424 + 4]);
});

Deno.test("layOut() keeps tiles apart and inside of any window that has room for them", () => {
  fc.assert(fc.property(
    fc.array(fc.double({ min: 0.2, max: 5, noNaN: true }), { minLength: 1, maxLength: 40 }),
    fc.integer({ min: 400, max: 4000 }),
    fc.integer({ min: 400, max: 4000 }),
    (aspects, width, height) => {
      const room = { width, height, bar: 22, gap: 4 };
      const places = layOut(aspects, room);
      assert.equal(places.length, aspects.length);
      for (const [index, place] of places.entries()) {
        assert.ok(place.x >= 0 && place.y >= 0);
        assert.ok(place.x + place.width <= width && place.y + place.height <= height);
        for (const other of places.slice(index + 1)) {
          const apart = place.x + place.width <= other.x || other.x + other.width <= place.x ||
            place.y + place.height <= other.y || other.y + other.height <= place.y;
          assert.ok(apart, "two overlap");
        }
      }
    },
  ));
});

Deno.test("fit() shows all of a picture, in the middle below the bar", () => {
  const tile = { x: 100, y: 50, width: 400, height: 320 };
  const room = pictureRoom(tile, 20);
  assert.deepEqual(room, { x: 100, y: 70, width: 400, height: 300 });
  assert.deepEqual(fit({ width: 640, height: 480 }, room), room);
  assert.deepEqual(fit({ width: 1280, height: 640 }, room), { ...room, y: 120, height: 200 });
  assert.deepEqual(fit({ width: 100, height: 300 }, room), { ...room, x: 250, width: 100 });
});
