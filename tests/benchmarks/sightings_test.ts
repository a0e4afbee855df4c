import assert from "node:assert/strict";
import { seenWithin, type Sighting } from "../../benchmarks/support/sightings.ts";

const FPS = 30;

function sighting(number: number, ageMs: number, flags = 0): Sighting {
  return { micros: (number * 1000 / FPS + ageMs) * 1000, number, flags };
}

Deno.test("seenWithin() takes the age from the number and the clock", () => {
  const { agesMs, damaged } = seenWithin({ from: 0, until: 1e9 }, [
    sighting(30, 5),
    sighting(31, 7.5),
  ], FPS);
  assert.deepEqual(agesMs.map(Math.round), [5, 8]);
  assert.equal(damaged, 0);
});

Deno.test("seenWithin() counts a number once, at its first sighting", () => {
  const { agesMs } = seenWithin({ from: 0, until: 1e9 }, [sighting(30, 5), sighting(30, 20)], FPS);
  assert.deepEqual(agesMs.map(Math.round), [5]);
});

Deno.test("seenWithin() keeps damaged pictures out of the ages", () => {
  const sightings = [sighting(30, 5), sighting(31, 5, 1), sighting(32, 5, 2)];
  const { agesMs, damaged } = seenWithin({ from: 0, until: 1e9 }, sightings, FPS);
  assert.equal(agesMs.length, 1);
  assert.equal(damaged, 2);
});

Deno.test("seenWithin() leaves out what lies before and after the span", () => {
  const sightings = [sighting(29, 0), sighting(30, 0), sighting(60, 0)];
  const { agesMs } = seenWithin({ from: 1e6, until: 2e6 }, sightings, FPS);
  assert.equal(agesMs.length, 1);
});
