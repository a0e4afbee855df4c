import assert from "node:assert/strict";
import "../support/bridge.ts";
import {
  type OutsideMakers,
  SourceOpener,
  type SourceSettings,
} from "../../lib/camera/open_source.ts";
import { PatternSource } from "../../lib/camera/pattern.ts";
import { SOURCE_SETTINGS } from "./source_settings.ts";
import { captureVideoError } from "../support/errors.ts";
import { temporaryFolder } from "../support/folder.ts";
import { writeNumberedVideo } from "../support/numbered_pictures.ts";

/** An opener, and what it said. */
function opener(
  settings: Partial<SourceSettings>,
  outside?: OutsideMakers,
): { opener: SourceOpener; lines: string[] } {
  const lines: string[] = [];
  const all = { ...SOURCE_SETTINGS, ...settings };
  const onOpened = (line: string) => void lines.push(line);
  return { opener: new SourceOpener(all, { onOpened, ...(outside && { outside }) }), lines };
}

Deno.test("SourceOpener.open() opens what is named, and says what it got", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/numbered.avi`;
  await writeNumberedVideo(path, { frames: 2, fps: 25 });
  for (
    const [source, line] of [
      ["test", "test pattern: 320x240 at 30 frames/s, yuvj420p"],
      [path, `${path}: 320x240 at 25 frames/s, file`],
    ]
  ) {
    const { opener: one, lines } = opener({ source: source! });
    await one.check();
    await using opened = await one.open();
    assert.deepEqual(lines, [line]);
    assert.deepEqual([opened.info.width, opened.info.height], [320, 240]);
  }
});

Deno.test("SourceOpener.open() opens again and again", async () => {
  const { opener: one, lines } = opener({});
  for (let count = 1; count <= 3; count++) {
    await using _opened = await one.open();
    assert.equal(lines.length, count);
  }
});

Deno.test("SourceOpener.open() turns the pictures as requested", async () => {
  const { opener: one } = opener({ rotate: 90 });
  await using opened = await one.open();
  assert.deepEqual([opened.info.width, opened.info.height], [240, 320]);
});

Deno.test("SourceOpener.check() says at once that a file will not open", async () => {
  await assert.rejects(
    opener({ source: "missing.mp4" }).opener.check(),
    captureVideoError("camera-unavailable", /^Cannot open video file missing\.mp4: there is no/),
  );
});

Deno.test("SourceOpener.check() lets --wait wait, and streams open when they are wanted", async () => {
  await opener({ source: "missing.mp4", wait: true }).opener.check();
  await opener({ source: "rtsp://127.0.0.1:1/nobody" }).opener.check();
});

Deno.test("SourceOpener.open() leaves a film's JPEGs as they are where nothing must be drawn", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/numbered.avi`;
  await writeNumberedVideo(path, { frames: 2, fps: 25 });
  await using untouched = await opener({ source: path }).opener.open();
  assert.equal(untouched.pixelFormat, "mjpg");
  await using drawn = await opener({ source: path, timestamp: true }).opener.open();
  assert.equal(drawn.pixelFormat, "bgr");
});

Deno.test("SourceOpener has an outside source made once, and not before it is looked at", async () => {
  const calls: string[] = [];
  const { opener: one, lines } = opener({ source: "nats://10.0.0.7/studio" }, {
    nats: (source) => {
      calls.push(source);
      return {
        check: () => Promise.resolve(void calls.push("check")),
        open: () => Promise.resolve(new PatternSource({ width: 320, height: 240, fps: 30 })),
      };
    },
  });
  assert.deepEqual(calls, []);
  await one.check();
  await using _opened = await one.open();
  assert.deepEqual(calls, ["nats://10.0.0.7/studio", "check"]);
  assert.deepEqual(lines, ["test pattern: 320x240 at 30 frames/s, yuvj420p"]);
});

Deno.test("SourceOpener refuses a source that its program has nobody to open", () => {
  for (const source of ["browser", "capturevideo://studio", "nats://10.0.0.7/studio"]) {
    assert.throws(() => opener({ source }), {
      name: "UsageError",
      message:
        /^--source (browser|capturevideo:\/\/…|nats:\/\/…) is nothing that this program opens$/,
    });
  }
});
