/**
 * OpenCV's own numbers under OpenCV's own names.
 *
 * @module
 */

/** One byte a pixel. */
export const CV_8UC1 = 0;
/** Two bytes a pixel, such as YUYV. */
export const CV_8UC2 = 8;
/** Three bytes a pixel: blue, green, red. */
export const CV_8UC3 = 16;
/** Four bytes a pixel: blue, green, red, alpha. */
export const CV_8UC4 = 24;

/** Any backend that can open the source. */
export const CAP_ANY = 0;
/** Video4Linux: cameras on Linux. */
export const CAP_V4L2 = 200;
/** DirectShow: cameras on Windows. */
export const CAP_DSHOW = 700;
/** AVFoundation: cameras on macOS. */
export const CAP_AVFOUNDATION = 1200;
/** Media Foundation: cameras on Windows. */
export const CAP_MSMF = 1400;
/** GStreamer: pipelines. */
export const CAP_GSTREAMER = 1800;
/** FFmpeg: files and network streams. */
export const CAP_FFMPEG = 1900;
/** A numbered series of pictures. */
export const CAP_IMAGES = 2000;
/** OpenCV's own reader of Motion-JPEG AVI files. */
export const CAP_OPENCV_MJPEG = 2200;

/** Position in a file, or the time stamp of the frame, in ms. */
export const CAP_PROP_POS_MSEC = 0;
/** Number of the next frame. */
export const CAP_PROP_POS_FRAMES = 1;
/** Width of a frame in pixels. */
export const CAP_PROP_FRAME_WIDTH = 3;
/** Height of a frame in pixels. */
export const CAP_PROP_FRAME_HEIGHT = 4;
/** Frames per second. */
export const CAP_PROP_FPS = 5;
/** The four characters that name the pixel format, as one number; see {@linkcode fourcc}. */
export const CAP_PROP_FOURCC = 6;
/** Frames in a file. */
export const CAP_PROP_FRAME_COUNT = 7;
/** Type of the Mats that come out; -1 asks for undecoded packets. */
export const CAP_PROP_FORMAT = 8;
/** Backend-specific capture mode. */
export const CAP_PROP_MODE = 9;
/** Camera control. */
export const CAP_PROP_BRIGHTNESS = 10;
/** Camera control. */
export const CAP_PROP_CONTRAST = 11;
/** Camera control. */
export const CAP_PROP_SATURATION = 12;
/** Camera control. */
export const CAP_PROP_HUE = 13;
/** Camera control. */
export const CAP_PROP_GAIN = 14;
/** Camera control. */
export const CAP_PROP_EXPOSURE = 15;
/** 1: frames come out as BGR; 0: as the camera gave them. */
export const CAP_PROP_CONVERT_RGB = 16;
/** Camera control. */
export const CAP_PROP_SHARPNESS = 20;
/** Camera control. */
export const CAP_PROP_AUTO_EXPOSURE = 21;
/** Camera control. */
export const CAP_PROP_GAMMA = 22;
/** Camera control. */
export const CAP_PROP_TEMPERATURE = 23;
/** Camera control. */
export const CAP_PROP_ZOOM = 27;
/** Camera control. */
export const CAP_PROP_FOCUS = 28;
/** Camera control. */
export const CAP_PROP_BACKLIGHT = 32;
/** Camera control. */
export const CAP_PROP_PAN = 33;
/** Camera control. */
export const CAP_PROP_TILT = 34;
/** How many frames the backend may hold back. */
export const CAP_PROP_BUFFERSIZE = 38;
/** Camera control. */
export const CAP_PROP_AUTOFOCUS = 39;
/** The backend in use, as one of the `CAP_` numbers. */
export const CAP_PROP_BACKEND = 42;
/** Camera control. */
export const CAP_PROP_AUTO_WB = 44;
/** Camera control. */
export const CAP_PROP_WB_TEMPERATURE = 45;
/** The pixel format inside the stream, as four characters in one number. */
export const CAP_PROP_CODEC_PIXEL_FORMAT = 46;
/** How the stream says it is rotated, in degrees. */
export const CAP_PROP_ORIENTATION_META = 48;
/** Whether frames are turned accordingly. */
export const CAP_PROP_ORIENTATION_AUTO = 49;
/** How long opening a stream may take, in ms; only while opening. */
export const CAP_PROP_OPEN_TIMEOUT_MSEC = 53;
/** How long reading a frame may take, in ms; only while opening. */
export const CAP_PROP_READ_TIMEOUT_MSEC = 54;

/** The user may resize the window. */
export const WINDOW_NORMAL = 0x0000;
/** The window has the size of its picture. */
export const WINDOW_AUTOSIZE = 0x0001;
/** The window fills the screen. */
export const WINDOW_FULLSCREEN = 1;
/** The picture fills the window, whatever its proportions. */
export const WINDOW_FREERATIO = 0x0100;
/** The picture keeps its proportions. */
export const WINDOW_KEEPRATIO = 0x0000;
/** With tool bar and status bar, where the toolkit has them. */
export const WINDOW_GUI_EXPANDED = 0x0000;
/** Without tool bar and status bar. */
export const WINDOW_GUI_NORMAL = 0x0010;

/** Whether the window fills the screen. */
export const WND_PROP_FULLSCREEN = 0;
/** Whether the window has the size of its picture. */
export const WND_PROP_AUTOSIZE = 1;
/** Whether the picture keeps its proportions. */
export const WND_PROP_ASPECT_RATIO = 2;
/** Below 1 where the window is closed or never was. */
export const WND_PROP_VISIBLE = 4;
/** Whether the window stays above the others. */
export const WND_PROP_TOPMOST = 5;

/** A quarter turn to the right. */
export const ROTATE_90_CLOCKWISE = 0;
/** Upside down. */
export const ROTATE_180 = 1;
/** A quarter turn to the left. */
export const ROTATE_90_COUNTERCLOCKWISE = 2;

/** For `flipTo`: top becomes bottom. */
export const FLIP_VERTICAL = 0;
/** For `flipTo`: left becomes right. */
export const FLIP_HORIZONTAL = 1;
/** For `flipTo`: both. */
export const FLIP_BOTH = -1;

/** BGR with an alpha channel. */
export const COLOR_BGR2BGRA = 0;
/** The other order of the channels. */
export const COLOR_BGR2RGB = 4;
/** Without colour, one channel. */
export const COLOR_BGR2GRAY = 6;
/** Three equal channels. */
export const COLOR_GRAY2BGR = 8;
/** To I420, three planes. */
export const COLOR_BGR2YUV_I420 = 128;

/** As in the file. */
export const IMREAD_UNCHANGED = -1;
/** One channel. */
export const IMREAD_GRAYSCALE = 0;
/** Blue, green and red. */
export const IMREAD_COLOR = 1;

/** 0 to 100. */
export const IMWRITE_JPEG_QUALITY = 1;
/** 0, fast, to 9, small. */
export const IMWRITE_PNG_COMPRESSION = 16;

/**
 * Four characters as the number that `CAP_PROP_FOURCC` takes.
 *
 * @param characters exactly four, such as `MJPG`
 */
export function fourcc(characters: string): number {
  const codes = [...characters].map((character) => character.charCodeAt(0));
  if (codes.length !== 4 || codes.some((code) => code > 0xff)) {
    throw new RangeError(
      `Cannot make a pixel format of ${JSON.stringify(characters)}: it is not four characters`,
    );
  }
  return codes.reduceRight((number, code) => (number << 8) | code, 0) >>> 0;
}

/** The other way round: `MJPG` of the number, without spaces at the end; empty of 0. */
export function fourccName(code: number): string {
  if (code === 0) return "";
  return String.fromCharCode(...[0, 8, 16, 24].map((shift) => (code >>> shift) & 0xff)).trimEnd();
}
