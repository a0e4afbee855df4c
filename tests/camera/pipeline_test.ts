import assert from "node:assert/strict";
import "../support/bridge.ts";
import { LiveSource } from "../../lib/camera/live.ts";
import { completePipeline, refusal } from "../../lib/camera/pipeline.ts";
import { JpegDecoder, Mat } from "../../lib/opencv/mod.ts";
import { captureVideoError } from "../support/errors.ts";

const RED = "videotestsrc pattern=red num-buffers=5";
const SIZE = "width=320,height=240,framerate=15/1";
const OPTIONS = { fps: 30, loop: false };

/** The first picture of a pipeline, as a viewer would see it: its size, and the colour amidst. */
async function firstPicture(pipeline: string): Promise<{ size: number[]; bgr: number[] }> {
  await using source = await LiveSource.openPipeline(pipeline, OPTIONS);
  using given = new Mat();
  using picture = new Mat();
  await source.read(given);
  if (source.pixelFormat === "mjpg") {
    await using decoder = new JpegDecoder();
    await decoder.decode(given.getData(), picture);
  } else {
    given.copyTo(picture);
  }
  assert.deepEqual([source.info.width, source.info.height], [picture.cols, picture.rows]);
  const middle = (picture.rows >> 1) * picture.cols * 3;
  return {
    size: [picture.cols, picture.rows],
    bgr: [...picture.getData().subarray(middle, middle + 3)],
  };
}

for (
  const end of [
    ...["NV12", "I420", "YV12", "YUY2", "UYVY", "RGB", "BGR", "BGRx", "RGBA", "GRAY8"].map(
      (format) => `video/x-raw,format=${format},${SIZE} ! appsink`,
    ),
    `video/x-raw,${SIZE}`,
    `video/x-raw,${SIZE} !`,
    `video/x-raw,${SIZE} ! appsink drop=true max-buffers=2`,
    `video/x-raw,format=I420,${SIZE} ! tee name=t t. ! queue ! appsink t. ! queue ! fakesink`,
    `video/x-raw,${SIZE} ! jpegenc ! appsink`,
    `video/x-raw,${SIZE} ! jpegenc`,
  ]
) {
  Deno.test(`a pipeline that ends in ${end} gives pictures in their colours`, async () => {
    const { size, bgr } = await firstPicture(`${RED} ! ${end}`);
    assert.deepEqual(size, [320, 240]);
    const [blue, green, red] = bgr;
    if (end.includes("GRAY")) return assert.ok(Math.max(...bgr) - Math.min(...bgr) < 4, `${bgr}`);
    assert.ok(blue! < 20 && green! < 20 && red! > 235, `${bgr}`);
  });
}

Deno.test("completePipeline() lets JPEGs pass, and takes pixels for what they are", async () => {
  const forms = async (pipeline: string) =>
    (await completePipeline(pipeline)).map(({ pixelFormat }) => pixelFormat);
  assert.deepEqual(await forms("videotestsrc"), ["bgr"]);
  assert.deepEqual(await forms("videotestsrc ! jpegenc"), ["mjpg"]);
  // Only its start tells what comes out.
  assert.deepEqual(await forms("filesrc location=clip.mov ! qtdemux"), ["bgr", "mjpg"]);
});

Deno.test("completePipeline() says what GStreamer says, and what to do", async () => {
  const cases: [string, RegExp][] = [
    ["nosuch ! appsink", /: no element "nosuch"; is its name right, and the package with its/],
    ["videotestsrc ! avdec_nosuch", /: no element "avdec_nosuch"; install gstreamer1\.0-libav$/],
    ["v4l2nosuch ! appsink", /; install gstreamer1\.0-plugins-good$/],
    ["videotestsrc ! ! appsink", /: syntax error$/],
    ["videotestsrc nosuch=1", /: no property "nosuch" in element "videotestsrc"$/],
    ["videotestsrc ! fakesink", /: could not link fakesink\d* to videoconvert\d*; what the pipe/],
    [
      "souphttpsrc location=http://me:secret@127.0.0.1/ nosuch=1",
      /^Cannot open gst:souphttpsrc location=http:\/\/127\.0\.0\.1\/ nosuch=1: no property/,
    ],
  ];
  for (const [pipeline, words] of cases) {
    await assert.rejects(
      completePipeline(pipeline),
      captureVideoError("camera-unavailable", words),
    );
  }
});

Deno.test("LiveSource.openPipeline() says what an element reports when it starts", async () => {
  const cases: [string, RegExp][] = [
    ["filesrc location=/nosuch ! decodebin", /: Resource not found$/],
    ["v4l2src device=/dev/nosuch ! appsink", /^Cannot open gst:v4l2src .*: Cannot identify device/],
    ["videotestsrc ! appsink name=mine", /: cannot find appsink in .*; leave out the name/],
  ];
  for (const [pipeline, words] of cases) {
    await assert.rejects(
      LiveSource.openPipeline(pipeline, OPTIONS),
      captureVideoError("camera-unavailable", words),
    );
  }
});

Deno.test("refusal() shows no password", () => {
  const { message } = refusal(
    "rtspsrc location=rtsp://me:secret@door.local/",
    'Could not open "rtsp://me:secret@door.local/"',
  );
  assert.doesNotMatch(message, /secret/);
});
