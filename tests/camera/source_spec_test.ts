import assert from "node:assert/strict";
import { isCaptured, parseSource, type SourceSpec } from "../../lib/camera/source_spec.ts";

const CASES: readonly [string, SourceSpec][] = [
  ["test", { kind: "test" }],
  ["browser", { kind: "browser" }],
  ["0", { kind: "camera", camera: "0" }],
  ["12", { kind: "camera", camera: "12" }],
  ["/dev/video2", { kind: "camera", camera: "/dev/video2" }],
  ["/dev/v4l/by-id/usb-cam.0-index0", {
    kind: "camera",
    camera: "/dev/v4l/by-id/usb-cam.0-index0",
  }],
  ["c920", { kind: "camera", camera: "c920" }],
  ["HD Pro Webcam", { kind: "camera", camera: "HD Pro Webcam" }],
  ["clip.mp4", { kind: "file", path: "clip.mp4" }],
  ["videos/clip", { kind: "file", path: "videos/clip" }],
  ["./test", { kind: "file", path: "./test" }],
  ["/tmp/0", { kind: "file", path: "/tmp/0" }],
  ["C:\\videos\\clip", { kind: "file", path: "C:\\videos\\clip" }],
  ["a file: with a colon.avi", { kind: "file", path: "a file: with a colon.avi" }],
  ["file:///videos/my%20clip.mp4", { kind: "file", path: "/videos/my clip.mp4" }],
  ["FILE://localhost/videos/100%.mp4", { kind: "file", path: "/videos/100%.mp4" }],
  ["rtsp://door.local/main", { kind: "stream", url: "rtsp://door.local/main" }],
  ["RTSP://door.local/main.mp4", { kind: "stream", url: "RTSP://door.local/main.mp4" }],
  ["http://10.0.0.7:8080/?action=stream", {
    kind: "stream",
    url: "http://10.0.0.7:8080/?action=stream",
  }],
  ["capturevideo://studio", { kind: "capturevideo" }],
  ["CaptureVideo://studio/front", { kind: "capturevideo" }],
  ["nats://10.0.0.7/studio/front", { kind: "nats" }],
  ["gst:videotestsrc ! appsink", { kind: "pipeline", pipeline: "videotestsrc ! appsink" }],
  ["gst:filesrc location=a.mp4 ! rtsp://x", {
    kind: "pipeline",
    pipeline: "filesrc location=a.mp4 ! rtsp://x",
  }],
];

for (const [text, spec] of CASES) {
  Deno.test(`parseSource() takes ${text} for a ${spec.kind}`, () => {
    assert.deepEqual(parseSource(text), spec);
  });
}

Deno.test("parseSource() refuses a pipeline of nothing", () => {
  for (const text of ["gst:", "gst:  "]) {
    assert.throws(() => parseSource(text), {
      name: "UsageError",
      message: "--source gst: names no pipeline; write one behind it, such as 'gst:videotestsrc'",
    });
  }
});

Deno.test("parseSource() refuses a file on another computer", () => {
  assert.throws(() => parseSource("file://clip.mp4"), {
    name: "UsageError",
    message:
      /^--source file:\/\/clip\.mp4 names a computer; .* three slashes: file:\/\/\/clip\.mp4$/,
  });
});

Deno.test("isCaptured() is true of what OpenCV's cameras, films and streams open", () => {
  for (const text of ["0", "c920", "clip.mp4", "rtsp://door.local/main", "gst:videotestsrc"]) {
    assert.ok(isCaptured(text), text);
  }
  for (const text of ["test", "http://door.local/", "browser", "capturevideo://studio/front"]) {
    assert.ok(!isCaptured(text), text);
  }
});
