/**
 * The Debian packages the project uses, and why each is needed. The names are the same in
 * Debian 12 and 13 and in Ubuntu from 22.04 on.
 *
 * @module
 */

/**
 * What a machine can be prepared for. `run` includes everything of `try`, `test` and `bench`
 * everything of `run`.
 */
export const PURPOSES = ["try", "run", "test", "bench"] as const;

/** One of {@linkcode PURPOSES}. */
export type Purpose = typeof PURPOSES[number];

const TRY = [
  "g++", // compiles the bridge to OpenCV
  "libopencv-imgproc-dev", // pictures; brings OpenCV's core
  "libturbojpeg0-dev", // JPEG
  "libjpeg-dev", // decoding what cameras make of JPEG
  "libxext-dev", // the programs' windows; brings libx11-dev
  "libxinerama1", // fits a window to its monitor
];

const RUN = [
  ...TRY,
  "libopencv-videoio-dev", // cameras, films, streams; brings OpenCV's imgcodecs
];

const TEST_AND_BENCH = [
  ...RUN,
  "libopencv-highgui-dev", // imshow, where there is no X11; what is compared with
  "xvfb", // a display for the tests of windows
  "x11-utils", // asks the display what windows it has
  "imagemagick", // takes screenshots
  "ffmpeg", // makes the video files that are tested with
  "python3-opencv", // host and guest written in Python, as peers
  "nats-server", // the message bus that hosts can publish on
];

/** Every package, in the order in which they are named to the user. */
export const PACKAGES: Readonly<Record<Purpose, readonly string[]>> = {
  try: TRY,
  run: RUN,
  test: [
    ...TEST_AND_BENCH,
    "xdotool", // presses keys and closes windows
    "evilwm", // a window manager, for a window that fills the screen
    "chromium", // the browser that the pages are tested with
    "curl", // one of the programs that read a stream, as is the next
    "gstreamer1.0-tools", // gst-launch-1.0
    "zbar-tools", // reads QR codes
    "gstreamer1.0-plugins-base", // the elements of the pipelines that are tested with
    "gstreamer1.0-plugins-good", // JPEG in those pipelines
    "openssl", // hosts and guests that speak TLS badly
    "iproute2", // slow and broken links in network namespaces
    "nftables", // a firewall in one of them
    "python3-zeroconf", // another program that finds hosts by name, and claims to be one
    "qemu-system-x86", // the machine with cameras
    "busybox-static", // its first programs
    "cpio", // its first file system
    "kmod", // finds the kernel modules it loads
    "make", // builds its MJPEG camera's driver
    "gcc", // compiles that driver and the USB camera; comes with g++
    "libelf-dev", // the kernel's build tools load its library
    "bzip2", // unpacks that driver's source
    "xz-utils", // unpacks the kernel's modules
    "v4l2loopback-source", // that source
    "v4l-utils", // unplugs and controls its cameras
    "udev", // names its USB camera by what it is
    "systemd", // checks the unit of a host that is a service, and runs it
    "debootstrap", // other computers, in folders: one with Node alone, and Windows
  ],
  bench: [
    ...TEST_AND_BENCH,
    "libssl-dev", // many guests of a private host in one cheap process
    "python3-zmq", // the ZeroMQ patterns that are compared with
  ],
};

/** What Ubuntu's apt has in name alone: its package asks snapd for a snap. */
export const ONLY_BY_NAME_ON_UBUNTU: readonly string[] = ["chromium"];
