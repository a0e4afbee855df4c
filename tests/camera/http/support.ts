/**
 * HTTP cameras for tests: what they send, and what is read of it.
 *
 * @module
 */

import assert from "node:assert/strict";
import "../../support/bridge.ts";
import { HttpSource } from "../../../lib/camera/http/http_source.ts";
import { Mat } from "../../../lib/opencv/mod.ts";
import { captureVideoError } from "../../support/errors.ts";
import type { FakeCamera, FakeRequest } from "../../support/fake_camera.ts";
import { numberedJpeg, numberFrom } from "../../support/numbered_pictures.ts";

/** As quick as requested, and patient. */
export const OPTIONS = { fps: 100, timeoutMs: 10_000 };
/** How a stream begins. */
export const STREAM =
  "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n";

const JPEGS = await Promise.all(Array.from({ length: 64 }, (_, number) => numberedJpeg(number)));

/** The picture with that number. */
export function jpeg(number: number): Uint8Array<ArrayBuffer> {
  return JPEGS[number % JPEGS.length]!;
}

/** Sends pictures as a stream should, as many as wanted. */
export async function sendParts({ write }: FakeRequest, numbers: Iterable<number>): Promise<void> {
  for (const number of numbers) {
    await write("--b\r\nContent-Type: image/jpeg\r\n\r\n", jpeg(number), "\r\n");
  }
}

/** A snapshot as an answer of its own. */
export async function sendSnapshot({ write, number }: FakeRequest, headers = ""): Promise<void> {
  await write(
    `HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg(number).length}\r\n`,
    `${headers}\r\n`,
    jpeg(number),
  );
}

/** Opens it. */
export async function opened(camera: FakeCamera, userInfo = ""): Promise<HttpSource> {
  const source = await HttpSource.open(camera.url("/stream?a=b", userInfo), OPTIONS);
  assert.ok(source, "it is no source of JPEGs");
  return source;
}

/** Reads so many pictures and gives their numbers. */
export async function read(source: HttpSource, count: number): Promise<number[]> {
  using mat = new Mat();
  const numbers: number[] = [];
  while (numbers.length < count) {
    await source.read(mat);
    numbers.push((await numberFrom(source, mat))!);
  }
  return numbers;
}

/** Pictures that nobody asks for in time are left out, but none comes twice or late. */
export function assertIncreasing(numbers: readonly number[], what: string): void {
  const sorted = [...new Set(numbers)].toSorted((one, other) => one - other);
  assert.deepEqual(numbers, sorted, what);
}

/** What opening it says. */
export async function refusal(camera: FakeCamera, pattern: RegExp, userInfo = ""): Promise<void> {
  await assert.rejects(
    HttpSource.open(camera.url("/stream", userInfo), OPTIONS),
    captureVideoError("camera-unavailable", pattern),
  );
}
