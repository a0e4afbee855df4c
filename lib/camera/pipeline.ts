/**
 * GStreamer pipelines: what is put at their end, and what is missing where they cannot be built.
 *
 * @module
 */

import { CaptureVideoError } from "../flow/errors.ts";
import { CAP_GSTREAMER, pipelineObjection, VideoCapture } from "../opencv/mod.ts";
import { withoutPassword, withoutWordsOf } from "../text/passwords.ts";
import type { PixelFormat } from "./source.ts";

/** A pipeline as OpenCV is given it. */
export interface PipelineForm {
  /** With everything up to the `appsink`. */
  readonly text: string;
  readonly pixelFormat: Extract<PixelFormat, "bgr" | "mjpg">;
}

/** JPEGs pass untouched; any pixels become BGR, as OpenCV hands out a dozen formats unconverted. */
const ENDS = [
  { caps: "videoconvert ! video/x-raw,format=BGR", pixelFormat: "bgr" },
  { caps: "image/jpeg", pixelFormat: "mjpg" },
] as const;

/** Where OpenCV takes the pictures out. */
const SINK = /!\s*(?=(?:appsink|opencvsink)\b)/;

/** How Debian's packages divide GStreamer's elements, by the beginnings of their names. */
const PACKAGES: readonly [names: RegExp, packageName: string][] = [
  [/^av(dec|enc|mux|demux|de)_/, "gstreamer1.0-libav"],
  [/^vaapi/, "gstreamer1.0-vaapi"],
  [/^gl[a-z]/, "gstreamer1.0-gl"],
  [/^pipewire/, "gstreamer1.0-pipewire"],
  [/^libcamera/, "gstreamer1.0-libcamera"],
  [
    /^(videotest|audiotest|videoconvert|videoscale|videorate|compositor|(uri)?(decode|parse)bin|playbin|app(sink|src)|tcp|gio|theora|ogg|opus|rawvideo)/,
    "gstreamer1.0-plugins-base",
  ],
  [/^(x264|mpeg2dec|asf|a52|rmdemux)/, "gstreamer1.0-plugins-ugly"],
  [
    /^(v4l2|jpeg|rtsp|rtp|udp|soup|multi(part|file|udp)|avi|qt|mp4|matroska|webm|flv|vp[89]|png|video(crop|box|flip|balance|mixer)|deinterlace|ximage|imagefreeze|splitmux|gdkpixbuf|y4m)/,
    "gstreamer1.0-plugins-good",
  ],
  [
    /^(h26[345]|ts|mpegts|mpegps|rtmp|srt|hls|dash|webrtc|openh264|av1|aom|x265|rfb|rist|shm|inter|nv|va|msdk|qsv|dvb|decklink|curl|uvch264|webp|bayer|jpegparse|wayland|kms)/,
    "gstreamer1.0-plugins-bad",
  ],
];

/** What helps, by GStreamer's or OpenCV's words. */
const ADVICE: readonly [about: RegExp, advice: string][] = [
  [
    /could not link .* to videoconvert/i,
    "what the pipeline ends in must be pixels or JPEGs: add a decoder, such as ! decodebin",
  ],
  [
    /data stream error/i,
    "its elements do not fit together: add one that decodes or converts, such as ! decodebin",
  ],
  [/cannot find appsink/i, "leave out the name of its appsink"],
];

/**
 * Completes a pipeline to one that ends in pictures that can be shown, and has GStreamer build it.
 *
 * @returns the forms to be tried, the first first: of some pipelines only their start tells
 * @throws {CaptureVideoError} `camera-unavailable`, with GStreamer's words and what to do
 */
export async function completePipeline(pipeline: string): Promise<readonly PipelineForm[]> {
  if (!VideoCapture.hasBackend(CAP_GSTREAMER)) {
    throw refusal(pipeline, "this OpenCV was built without GStreamer");
  }
  const found: PipelineForm[] = [];
  const objections: string[] = [];
  for (const { caps, pixelFormat } of ENDS) {
    const text = withEnd(pipeline, caps);
    const objection = await pipelineObjection(text);
    if (objection === undefined) found.push({ text, pixelFormat });
    else objections.push(objection);
  }
  if (found.length === 0) throw refusal(pipeline, objections[0]!);
  return found;
}

/** A line that says what GStreamer has against a pipeline, and what can be done about it. */
export function refusal(pipeline: string, words: string): CaptureVideoError {
  const advice = adviceOn(words);
  const source = `gst:${pipeline}`;
  const line = `Cannot open ${withoutPassword(source)}: ${withoutWordsOf(source, words)}`;
  return new CaptureVideoError("camera-unavailable", advice ? `${line}; ${advice}` : line);
}

/** Puts `caps` in front of the pipeline's `appsink`, or both at its end where it has none. */
function withEnd(pipeline: string, caps: string): string {
  if (SINK.test(pipeline)) return pipeline.replace(SINK, `! ${caps} ! `);
  return `${pipeline.replace(/[!\s]+$/, "")} ! ${caps} ! appsink`;
}

function adviceOn(words: string): string | undefined {
  const element = /no element "([^"]*)"/.exec(words)?.[1];
  if (element !== undefined) {
    const name = PACKAGES.find(([names]) => names.test(element))?.[1];
    return name
      ? `install ${name}`
      : `is its name right, and the package with its plugin installed?`;
  }
  return ADVICE.find(([about]) => about.test(words))?.[1];
}
