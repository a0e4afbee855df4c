/**
 * The options of cameras and of their pictures.
 *
 * @module
 */

import { SOURCE_FORM } from "../lib/cli/camera_name.ts";
import { DAY_SECONDS, group } from "../lib/cli/option.ts";

/** What each of a host's cameras is asked for, and what becomes of its pictures. */
const EACH_CAMERA = {
  ...group("Camera", ["host", "demo"], {
    source: {
      kind: "list",
      isWhole: true,
      default: ["0"],
      value: "source",
      form: SOURCE_FORM,
      help: "Camera index (0), device path (/dev/video2) or a part of the camera's name; a video " +
        "file; an rtsp:// or http:// URL, of a stream or of single pictures; `gst:` and a " +
        "pipeline; `capturevideo://studio/front`, a camera of another host; " +
        "`nats://10.0.0.7/studio/front`, what another host publishes; `browser`, the camera of " +
        "whoever opens the link that is printed (with `--web`); " +
        "`test`, a moving pattern. For several cameras, one after another with their names in " +
        "front, as in `front=0`",
    },
    width: {
      kind: "integer",
      default: 1280,
      min: 16,
      max: 16_384,
      unit: "pixels",
      help: "Requested width; what the camera gives instead is printed",
    },
    height: {
      kind: "integer",
      default: 720,
      min: 16,
      max: 16_384,
      unit: "pixels",
      help: "Requested height",
    },
    fps: {
      kind: "number",
      default: 30,
      min: 1,
      max: 1000,
      unit: "frames/s",
      help: "Requested rate; a video file keeps its own",
    },
    format: {
      kind: "choice",
      choices: [
        "auto",
        "mjpg",
        "yuyv",
        "uyvy",
        "nv12",
        "nv21",
        "yu12",
        "yv12",
        "rgb3",
        "bgr3",
        "grey",
      ],
      default: "auto",
      help:
        "What the camera is asked to deliver; `auto` takes mjpg where raw pictures cannot reach " +
        "the requested rate",
    },
    control: {
      kind: "list",
      default: [],
      value: "name=number",
      form: { pattern: /^[A-Za-z0-9_]+=[+-]?\d+$/, says: "name=number, such as brightness=128" },
      help: "Set a camera control by the driver's name, `name=number`; may be repeated",
    },
    loop: {
      kind: "boolean",
      default: false,
      help: "Play a video file again and again",
    },
    wait: {
      kind: "boolean",
      default: false,
      help: "Wait for a camera that is not there yet, instead of ending",
    },
    deviceTimeout: {
      kind: "number",
      default: 3,
      above: 0,
      max: DAY_SECONDS,
      unit: "seconds",
      help: "A camera that delivers nothing for so long is lost and opened again; an HTTP camera " +
        "that sends few pictures is given longer",
    },
  }),
  ...group("Camera", ["host"], {
    linger: {
      kind: "number",
      default: 10,
      min: 0,
      max: DAY_SECONDS,
      unit: "seconds",
      help: "Keep the camera open for so long after the last guest has left",
    },
    sourceKeyFile: {
      kind: "text",
      default: undefined,
      defaultText: "none",
      value: "file",
      help:
        "File with the key of the private host that is the source, which nobody else may read; " +
        "without one it is asked for once, and remembered. CAPTUREVIDEO_SOURCE_KEY can hold it",
    },
    sourceKey: {
      kind: "text",
      default: undefined,
      defaultText: "none",
      value: "key",
      environmentOnly: true,
      help: "The key of the host that is the source",
    },
    sourceOpen: {
      kind: "boolean",
      default: false,
      help: "Take the pictures of a host on another computer that is open",
    },
  }),
  ...group("Picture", ["host", "demo"], {
    rotate: {
      kind: "choice",
      choices: [0, 90, 180, 270],
      default: 0,
      help: "Turn the picture clockwise, in degrees",
    },
    flip: {
      kind: "choice",
      choices: ["none", "h", "v"],
      default: "none",
      help: "Mirror the picture: `h` left to right, `v` upside down",
    },
    timestamp: {
      kind: "boolean",
      default: false,
      help: "Write the date and time of capture on the picture, in UTC",
    },
  }),
  ...group("Compression", ["host"], {
    quality: {
      kind: "integer",
      default: 80,
      min: 0,
      max: 100,
      help: "JPEG quality: more is better and larger",
    },
    passthrough: {
      kind: "choice",
      choices: ["auto", "off"],
      default: "auto",
      help:
        "`auto` sends the JPEGs of a source that has them untouched where nothing must be drawn",
    },
  }),
};

/** The same, and those of all cameras together. */
export const CAMERA_OPTIONS = {
  ...EACH_CAMERA,
  ...group("Camera", ["host", "demo"], {
    cameras: {
      kind: "cameras",
      default: undefined,
      defaultText: "those of `--source`",
      fileOnly: true,
      each: EACH_CAMERA,
      help:
        "Several cameras by their names, each with its own `source`, and whatever else it is to " +
        "have of its own: what stands here under camera, picture, `quality` and `passthrough`",
    },
  }),
  ...group("Compression", ["host"], {
    adapt: {
      kind: "boolean",
      default: true,
      help:
        "Send smaller pictures to a guest whose link cannot carry the full ones, or that shows " +
        "them small",
    },
  }),
};
