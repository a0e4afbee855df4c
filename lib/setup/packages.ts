/**
 * The Debian packages the project uses, and why each is needed. The names are the same in
 * Debian 12 and 13 and in Ubuntu from 22.04 on.
 *
 * @example
 * ```ts
 * import { missingPackages, packagesFor } from "./packages.ts";
 *
 * const missing = missingPackages(packagesFor("run"), "g++ installed\n");
 * console.assert(!missing.includes("g++") && missing.includes("libturbojpeg0-dev"));
 * ```
 * @module
 */

/** What a machine can be prepared for. `test` and `bench` include everything of `run`. */
export const PURPOSES = ["run", "test", "bench"] as const;

/** One of {@linkcode PURPOSES}. */
export type Purpose = typeof PURPOSES[number];

/** One Debian package. */
export interface DebianPackage {
  /** Its name, as `apt-get install` takes it. */
  readonly name: string;
  /** What needs it. */
  readonly why: string;
  /** What it is needed for. */
  readonly purposes: readonly Purpose[];
}

/** Every package, in the order in which they are named to the user. */
export const PACKAGES: readonly DebianPackage[] = [
  { name: "g++", why: "compiles the bridge to OpenCV", purposes: ["run"] },
  {
    name: "libopencv-videoio-dev",
    why: "cameras, files and streams; brings OpenCV's core, imgproc and imgcodecs",
    purposes: ["run"],
  },
  { name: "libturbojpeg0-dev", why: "JPEG, faster than OpenCV's own", purposes: ["run"] },
  { name: "libjpeg-dev", why: "decoding what cameras make of JPEG", purposes: ["run"] },
  { name: "libxext-dev", why: "the programs' windows; brings libx11-dev", purposes: ["run"] },
  { name: "libxinerama1", why: "fits a window to its monitor", purposes: ["run"] },

  {
    name: "libopencv-highgui-dev",
    why: "imshow, where there is no X11; what is compared with",
    purposes: ["test", "bench"],
  },
  { name: "xvfb", why: "a display for the tests of windows", purposes: ["test", "bench"] },
  { name: "xdotool", why: "presses keys and closes windows", purposes: ["test"] },
  { name: "x11-utils", why: "asks the display what windows it has", purposes: ["test", "bench"] },
  {
    name: "evilwm",
    why: "a window manager, for a window that fills the screen",
    purposes: ["test"],
  },
  { name: "imagemagick", why: "takes screenshots", purposes: ["test", "bench"] },
  {
    name: "ffmpeg",
    why: "makes the video files that are tested with",
    purposes: ["test", "bench"],
  },
  {
    name: "gstreamer1.0-plugins-base",
    why: "the elements of the pipelines that are tested with",
    purposes: ["test"],
  },
  { name: "gstreamer1.0-plugins-good", why: "JPEG in those pipelines", purposes: ["test"] },
  {
    name: "python3-opencv",
    why: "host and guest written in Python, as peers",
    purposes: ["test", "bench"],
  },
  { name: "python3-zmq", why: "the ZeroMQ patterns that are compared with", purposes: ["bench"] },
  { name: "iproute2", why: "slow and broken links in network namespaces", purposes: ["test"] },

  { name: "qemu-system-x86", why: "the machine with cameras", purposes: ["test"] },
  { name: "busybox-static", why: "its first programs", purposes: ["test"] },
  { name: "cpio", why: "its first file system", purposes: ["test"] },
  { name: "kmod", why: "finds the kernel modules it loads", purposes: ["test"] },
  { name: "make", why: "builds its MJPEG camera's driver", purposes: ["test"] },
  {
    name: "gcc",
    why: "compiles that driver and the USB camera; comes with g++",
    purposes: ["test"],
  },
  { name: "libelf-dev", why: "the kernel's build tools load its library", purposes: ["test"] },
  { name: "bzip2", why: "unpacks that driver's source", purposes: ["test"] },
  { name: "xz-utils", why: "unpacks the kernel's modules", purposes: ["test"] },
  { name: "v4l2loopback-source", why: "that source", purposes: ["test"] },
  { name: "v4l-utils", why: "unplugs and controls its cameras", purposes: ["test"] },
  { name: "udev", why: "names its USB camera by what it is", purposes: ["test"] },
];

/** The names of the packages that `purpose` needs. */
export function packagesFor(purpose: Purpose): string[] {
  return PACKAGES
    .filter(({ purposes }) => purposes.includes("run") || purposes.includes(purpose))
    .map(({ name }) => name);
}

/** What `dpkg-query` is to print of each package, for {@linkcode missingPackages} to read. */
export const DPKG_QUERY_FORMAT = "${Package} ${db:Status-Status}\n";

/**
 * Which of `wanted` are not installed.
 *
 * @param wanted package names
 * @param listing what `dpkg-query --show` printed in {@linkcode DPKG_QUERY_FORMAT}; a package may
 *   be missing from it, or stand in it once for each architecture
 */
export function missingPackages(wanted: readonly string[], listing: string): string[] {
  const lines = new Set(listing.split("\n"));
  return wanted.filter((name) => !lines.has(`${name} installed`));
}
