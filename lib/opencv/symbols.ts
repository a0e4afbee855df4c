/**
 * What the native libraries export: of each function the type of its result, then those of its
 * parameters. The prototypes are in `native/`, under the same names.
 *
 * A function that can fail takes first the buffer for its message, of {@linkcode ERROR_BYTES}; a
 * null pointer, or a negative number, is what it then returns.
 *
 * @module
 */

/** Raised with every change of a symbol; `native/call.h` holds the same number. */
export const ABI_VERSION = 20;

/** The size of the buffer for a message, in bytes; `native/call.h` has the same. */
export const ERROR_BYTES = 512;

/** The bytes are not a whole picture. */
export const STATUS_DAMAGED = -2;

/** There is no frame: the end of a file, or a camera that is gone. */
export const STATUS_NO_FRAME = -3;

/** The display that a window was on went away. */
export const STATUS_DISPLAY_LOST = -4;

type Types = readonly Deno.NativeType[];

/** A function that does its work on this thread. */
function sync<const Result extends Deno.NativeResultType, const Parameters extends Types>(
  result: Result,
  ...parameters: Parameters
) {
  return { result, parameters };
}

/** A function that can take long, and does its work on another thread. */
function offThread<const Result extends Deno.NativeResultType, const Parameters extends Types>(
  result: Result,
  ...parameters: Parameters
) {
  return { result, parameters, nonblocking: true } as const;
}

/** The library without OpenCV: what the system knows. */
export const SYSTEM_SYMBOLS = {
  system_abi_version: sync("u32"),
  environment_names: sync("void", "buffer", "buffer", "u32"),
  hangup_is_ignored: sync("i32"),
  service_notify: sync("i32", "buffer"),
  service_watchdog_micros: sync("f64"),
  monotonic_micros: sync("f64"),
  sleep_until: offThread("void", "f64"),
} as const satisfies Deno.ForeignLibraryInterface;

/** The library of pictures, with the smaller part of OpenCV. */
export const CORE_SYMBOLS = {
  core_abi_version: sync("u32"),
  core_opencv_version: sync("void", "buffer", "u32"),
  core_initialise: sync("void"),

  mat_create: sync("pointer", "buffer", "i32", "i32", "i32"),
  mat_release: sync("void", "pointer"),
  mat_shape: sync("void", "pointer", "buffer"),
  mat_address: sync("u64", "pointer"),
  mat_at: sync("pointer", "u64"),
  mat_bytes: sync("f64", "pointer"),
  mat_get_data: sync("void", "pointer", "buffer"),
  mat_set_data: sync("void", "pointer", "buffer"),
  mat_reshape: sync("i32", "buffer", "pointer", "i32", "i32", "i32"),
  mat_copy: sync("i32", "buffer", "pointer", "pointer"),
  mat_fill: sync("i32", "buffer", "pointer", "f64", "f64", "f64"),
  mat_resize: sync("i32", "buffer", "pointer", "pointer", "i32", "i32"),
  mat_place: sync("i32", "buffer", "pointer", "pointer", "i32", "i32", "i32", "i32"),
  mat_rotate: sync("i32", "buffer", "pointer", "pointer", "i32"),
  mat_flip: sync("i32", "buffer", "pointer", "pointer", "i32"),
  mat_dim: sync("i32", "buffer", "pointer", "pointer"),
  yuv_to_bgr: sync("i32", "buffer", "pointer", "i32", "pointer"),

  // deno-fmt-ignore
  draw_rectangle: sync(
    "i32", "buffer", "pointer", "i32", "i32", "i32", "i32", "f64", "f64", "f64",
  ),
  // deno-fmt-ignore
  draw_text: sync(
    "i32", "buffer", "pointer", "buffer", "i32", "i32", "f64", "f64", "f64", "f64", "i32",
  ),
  text_size: sync("i32", "buffer", "buffer", "f64", "i32", "buffer"),

  test_pattern_create: sync("pointer", "buffer", "i32", "i32", "f64"),
  test_pattern_read: offThread("i32", "buffer", "pointer", "pointer", "buffer"),
  // deno-fmt-ignore
  test_pattern_read_compressed: offThread(
    "i32", "buffer", "pointer", "pointer", "pointer", "i32", "buffer",
  ),
  test_pattern_release: sync("void", "pointer"),

  jpeg_encoder_create: sync("pointer", "buffer"),
  // deno-fmt-ignore
  jpeg_encoder_encode: offThread(
    "i32", "buffer", "pointer", "pointer", "i32", "i32", "i32", "i32",
  ),
  jpeg_encoder_take: sync("i32", "pointer", "buffer", "u32"),
  jpeg_encoder_release: sync("void", "pointer"),
  jpeg_is_plain: sync("i32", "pointer", "f64"),
  jpeg_decoder_create: sync("pointer", "buffer"),
  jpeg_decoder_decode: offThread("i32", "buffer", "pointer", "buffer", "u32", "pointer", "i32"),
  jpeg_decoder_decode_sync: {
    name: "jpeg_decoder_decode",
    ...sync("i32", "buffer", "pointer", "buffer", "u32", "pointer", "i32"),
  },
  jpeg_decoder_release: sync("void", "pointer"),
} as const satisfies Deno.ForeignLibraryInterface;

/** The library of cameras, films and streams, and of pictures in any format: the rest of OpenCV. */
export const CAPTURE_SYMBOLS = {
  capture_abi_version: sync("u32"),
  capture_initialise: sync("void"),

  pipeline_check: offThread("i32", "buffer", "buffer"),
  capture_has_backend: sync("i32", "buffer", "i32"),
  capture_open: offThread("pointer", "buffer", "buffer", "i32", "i32"),
  capture_read: offThread("i32", "buffer", "pointer", "pointer"),
  capture_read_paced: offThread("i32", "buffer", "pointer", "pointer", "pointer", "buffer"),
  // deno-fmt-ignore
  capture_read_compressed: offThread(
    "i32", "buffer", "pointer", "pointer", "pointer", "i32", "i32", "i32", "i32", "buffer",
  ),
  capture_get: sync("i32", "buffer", "pointer", "i32", "buffer"),
  capture_set: sync("i32", "buffer", "pointer", "i32", "f64"),
  capture_backend: sync("i32", "buffer", "pointer", "buffer", "u32"),
  capture_release: offThread("i32", "buffer", "pointer"),
  image_decode: offThread("i32", "buffer", "buffer", "u32", "pointer"),
} as const satisfies Deno.ForeignLibraryInterface;

/** What the library without OpenCV has on Linux alone; answers are JSON. */
export const V4L2_SYMBOLS = {
  v4l2_cameras: sync("u32", "buffer", "i32", "i32", "buffer", "u32"),
  v4l2_try_stream: sync("u32", "buffer", "buffer", "u32"),
  v4l2_users: sync("u32", "buffer", "buffer", "u32"),
  v4l2_real_path: sync("u32", "buffer", "buffer", "u32"),
  v4l2_set_control: sync("u32", "buffer", "u32", "i32", "buffer", "u32"),
} as const satisfies Deno.ForeignLibraryInterface;

/** The library with windows: on an X server, or by OpenCV's toolkit. */
export const WINDOW_SYMBOLS = {
  window_abi_version: sync("u32"),
  window_check_display: sync("i32", "buffer"),
  window_open: sync("pointer", "buffer", "buffer"),
  window_show: sync("i32", "buffer", "pointer", "pointer", "i32"),
  window_show_at: sync("i32", "buffer", "pointer", "pointer", "i32", "i32", "buffer"),
  window_prefer_size: sync("i32", "buffer", "pointer", "i32", "i32"),
  window_metrics: sync("i32", "buffer", "pointer", "buffer"),
  window_next_event: sync("i32", "buffer", "pointer", "buffer"),
  window_toggle_fullscreen: sync("i32", "buffer", "pointer"),
  window_close: sync("void", "pointer"),
} as const satisfies Deno.ForeignLibraryInterface;
