import assert from "node:assert/strict";
import "../support/bridge.ts";
import { FrameReader } from "../../lib/channel/frame_reader.ts";
import type { CapturedPicture, PixelFormat } from "../../lib/camera/source.ts";
import { type JpegEncodeOptions, type JpegEncoder, Mat } from "../../lib/opencv/mod.ts";
import { captureVideoError } from "../support/errors.ts";
import { ScriptedSource } from "../support/scripted_source.ts";

const OPTIONS = { quality: 80 };

/** A camera of 30 frames a second that also compresses, as slowly as the test says. */
class CompressingSource extends ScriptedSource {
  tookMs = 1;

  constructor(override readonly pixelFormat: PixelFormat = "bgr") {
    super();
  }

  async readCompressed(
    into: Mat,
    encoder: JpegEncoder,
    options: JpegEncodeOptions,
  ): Promise<CapturedPicture | undefined> {
    const capturedAtMicros = await this.read(into);
    if (capturedAtMicros === undefined) return undefined;
    const jpeg = await encoder.encode(into, options);
    return { capturedAtMicros, compressed: { jpeg, tookMs: this.tookMs } };
  }
}

/** Whether the next picture comes with its JPEG. */
async function compresses(reader: FrameReader, source: ScriptedSource): Promise<boolean> {
  const reading = reader.next();
  source.give(7);
  const frame = await reading;
  assert.equal(frame?.capturedAtMicros, 7);
  frame.release();
  return frame.compressed !== undefined;
}

Deno.test("FrameReader.next() compresses when that is wanted, and only then", async () => {
  const source = new CompressingSource();
  const demand: { compression: JpegEncodeOptions | undefined } = { compression: OPTIONS };
  const reader = new FrameReader(source, { demand, deviceTimeoutMs: 60_000 });
  assert.equal(await compresses(reader, source), true);
  demand.compression = undefined;
  assert.equal(await compresses(reader, source), false);
  demand.compression = OPTIONS;
  assert.equal(await compresses(reader, source), true);
  await reader.close();
  assert.ok(source.closed);
});

Deno.test("FrameReader.next() leaves JPEGs, and sources that cannot compress, as they are", async () => {
  for (const source of [new CompressingSource("mjpg"), new ScriptedSource()]) {
    const reader = new FrameReader(source, {
      demand: { compression: OPTIONS },
      deviceTimeoutMs: 60_000,
    });
    assert.equal(await compresses(reader, source), false);
    await reader.close();
  }
});

Deno.test("FrameReader.next() refuses a picture that is larger than guests take", async () => {
  for (const compression of [OPTIONS, undefined]) {
    const source = new CompressingSource("yuyv");
    Object.assign(source.info, { width: 16_384, height: 4_097 });
    const reader = new FrameReader(source, { demand: { compression }, deviceTimeoutMs: 60_000 });
    const reading = reader.next();
    source.give(7);
    await assert.rejects(
      reading,
      captureVideoError("damaged-jpeg", /^Cannot send a picture of 16384x4097 pixels: guests take/),
    );
    await reader.close();
  }
});

Deno.test("FrameReader.next() gives no picture at the end, either way", async () => {
  for (const compression of [OPTIONS, undefined]) {
    const source = new CompressingSource();
    const reader = new FrameReader(source, { demand: { compression }, deviceTimeoutMs: 60_000 });
    const reading = reader.next();
    source.give(undefined);
    assert.equal(await reading, undefined);
    await reader.close();
  }
});

Deno.test("FrameReader.next() only reads once compressing takes more than half of the time", async () => {
  const source = new CompressingSource();
  const reader = new FrameReader(source, {
    demand: { compression: OPTIONS },
    deviceTimeoutMs: 60_000,
  });
  source.tookMs = 5;
  for (let count = 0; count < 100; count++) assert.ok(await compresses(reader, source));
  source.tookMs = 100;
  assert.ok(await compresses(reader, source));
  assert.ok(await compresses(reader, source), "one slow picture says little");
  assert.equal(await compresses(reader, source), false, "two say more");
  await reader.close();
});
