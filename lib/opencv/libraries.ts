/**
 * What each native library is made of.
 *
 * There are four, so that a program loads what it uses, and a computer needs no more than that:
 * OpenCV's cameras alone bring two hundred other libraries with them.
 *
 * @module
 */

import type { Toolchain } from "./toolchain.ts";

/** One library. */
export interface Library {
  /** As `libraryFileName` takes it. */
  readonly name: string;
  /** Its sources in `native/`. */
  readonly sources: readonly string[];
  /** What its compiler is told besides what all are. */
  readonly flags: readonly string[];
}

/** The clock that stamps pictures: whatever library makes them has it. */
const CLOCK = "clock.cpp";

/** What compresses a picture where it is read or drawn. */
const ENCODER = "jpeg_encoder.cpp";

/** For code that works on each pixel. */
const HAS_LOOPS = "-O3";

/** For code that has others do the work: that is built in two thirds of the time. */
const ONLY_CALLS = "-O1";

/** Without OpenCV, and without a C++ library of the system's: there may be none. */
const SYSTEM: Library = {
  name: "system",
  sources: [CLOCK, "process.cpp", "service.cpp", "v4l2.cpp", "v4l2_abilities.cpp"],
  flags: [
    ONLY_CALLS,
    ...Deno.build.os === "linux"
      ? ["-static-libstdc++", "-static-libgcc", "-Wl,--exclude-libs,ALL,--gc-sections", "-s"]
      : [],
  ],
};

/** Pictures, JPEG, and the test pattern. */
const CORE: Library = {
  name: "core",
  sources: [
    ...["core.cpp", "mat.cpp", "drawing.cpp", "yuv.cpp", "test_pattern.cpp", CLOCK],
    ...["jpeg_data.cpp", "jpeg_decoder.cpp", ENCODER],
  ],
  flags: [HAS_LOOPS, "-lopencv_core", "-lopencv_imgproc", "-lturbojpeg", "-ljpeg"],
};

/** Cameras, films and streams, and files of pictures in any format. */
const CAPTURE: Library = {
  name: "capture",
  sources: [
    ...["capture.cpp", "video_capture.cpp", "ffmpeg_guard.cpp", "gstreamer.cpp", "opencv_log.cpp"],
    ...["image_codec.cpp", CLOCK, ENCODER],
  ],
  flags: [HAS_LOOPS, "-lopencv_core", "-lopencv_imgcodecs", "-lopencv_videoio", "-lturbojpeg"],
};

/** Each kind of window. */
const WINDOWS: Readonly<Record<"x11" | "highgui", Library>> = {
  x11: {
    name: "window",
    sources: ["native_window.cpp", "x11_window.cpp"],
    flags: [ONLY_CALLS, "-lopencv_core", "-lopencv_imgproc", "-lX11", "-lXext"],
  },
  highgui: {
    name: "window",
    sources: ["native_window.cpp", "highgui_window.cpp"],
    flags: [ONLY_CALLS, "-lopencv_core", "-lopencv_highgui"],
  },
};

/** The libraries that can be built with what is there. */
export function librariesOf({ captures, windows }: Toolchain): Library[] {
  return [SYSTEM, CORE, ...captures ? [CAPTURE] : [], ...windows ? [WINDOWS[windows]] : []];
}
