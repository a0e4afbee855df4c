/**
 * What the native libraries export, with the C prototype beside each symbol.
 *
 * Every prototype that ends in `char* error, uint32_t errorBytes` writes a message there when it
 * fails: a null pointer, or a negative number, is what it then returns.
 *
 * @module
 */

/** Raised with every change of a symbol; `native/bridge.h` holds the same number. */
export const ABI_VERSION = 14;

/** The bytes are not a whole picture. */
export const STATUS_DAMAGED = -2;

/** There is no frame: the end of a file, or a camera that is gone. */
export const STATUS_NO_FRAME = -3;

/** The display that a window was on went away. */
export const STATUS_DISPLAY_LOST = -4;

/** The library without windows: `native/*.cpp` but for `window.cpp` and `x11_window.cpp`. */
export const CORE_SYMBOLS = {
  // uint32_t bridge_abi_version()
  bridge_abi_version: { parameters: [], result: "u32" },
  // void bridge_opencv_version(char* text, uint32_t textBytes)
  bridge_opencv_version: { parameters: ["buffer", "u32"], result: "void" },
  // void bridge_initialise()
  bridge_initialise: { parameters: [], result: "void" },
  // void environment_names(const char* prefix, char* names, uint32_t namesBytes)
  environment_names: { parameters: ["buffer", "buffer", "u32"], result: "void" },
  // int32_t hangup_is_ignored()
  hangup_is_ignored: { parameters: [], result: "i32" },
  // double monotonic_micros()
  monotonic_micros: { parameters: [], result: "f64" },
  // void sleep_until(double monotonicMicros)
  sleep_until: { parameters: ["f64"], result: "void", nonblocking: true },

  // cv::Mat* mat_create(int32_t rows, int32_t cols, int32_t type, char* error, uint32_t errorBytes)
  mat_create: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "pointer" },
  // void mat_release(cv::Mat* mat)
  mat_release: { parameters: ["pointer"], result: "void" },
  // void mat_shape(const cv::Mat* mat, int32_t* shape)
  mat_shape: { parameters: ["pointer", "buffer"], result: "void" },
  // uint64_t mat_address(const cv::Mat* mat)
  mat_address: { parameters: ["pointer"], result: "u64" },
  // cv::Mat* mat_at(uint64_t address)
  mat_at: { parameters: ["u64"], result: "pointer" },
  // double mat_bytes(const cv::Mat* mat)
  mat_bytes: { parameters: ["pointer"], result: "f64" },
  // void mat_get_data(const cv::Mat* mat, uint8_t* into)
  mat_get_data: { parameters: ["pointer", "buffer"], result: "void" },
  // void mat_set_data(cv::Mat* mat, const uint8_t* from)
  mat_set_data: { parameters: ["pointer", "buffer"], result: "void" },
  // int32_t mat_reshape(cv::Mat* mat, int32_t rows, int32_t cols, int32_t type, char* error,
  //   uint32_t errorBytes)
  mat_reshape: { parameters: ["pointer", "i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  // int32_t mat_copy(const cv::Mat* from, cv::Mat* to, char* error, uint32_t errorBytes)
  mat_copy: { parameters: ["pointer", "pointer", "buffer", "u32"], result: "i32" },
  // int32_t mat_fill(cv::Mat* mat, double blue, double green, double red, char* error,
  //   uint32_t errorBytes)
  mat_fill: { parameters: ["pointer", "f64", "f64", "f64", "buffer", "u32"], result: "i32" },
  // int32_t mat_resize(const cv::Mat* from, cv::Mat* to, int32_t rows, int32_t cols, char* error,
  //   uint32_t errorBytes)
  mat_resize: {
    parameters: ["pointer", "pointer", "i32", "i32", "buffer", "u32"],
    result: "i32",
  },
  // int32_t mat_rotate(const cv::Mat* from, cv::Mat* to, int32_t code, char* error,
  //   uint32_t errorBytes)
  mat_rotate: { parameters: ["pointer", "pointer", "i32", "buffer", "u32"], result: "i32" },
  // int32_t mat_flip(const cv::Mat* from, cv::Mat* to, int32_t code, char* error,
  //   uint32_t errorBytes)
  mat_flip: { parameters: ["pointer", "pointer", "i32", "buffer", "u32"], result: "i32" },
  // int32_t mat_dim(const cv::Mat* from, cv::Mat* to, double brightness, char* error,
  //   uint32_t errorBytes)
  mat_dim: { parameters: ["pointer", "pointer", "f64", "buffer", "u32"], result: "i32" },

  // int32_t yuv_to_bgr(const cv::Mat* frame, int32_t layout, cv::Mat* to, char* error,
  //   uint32_t errorBytes)
  yuv_to_bgr: { parameters: ["pointer", "i32", "pointer", "buffer", "u32"], result: "i32" },

  // int32_t draw_rectangle(cv::Mat* mat, int32_t x0, int32_t y0, int32_t x1, int32_t y1,
  //   double blue, double green, double red, int32_t thickness, char* error, uint32_t errorBytes)
  draw_rectangle: {
    // deno-fmt-ignore
    parameters: [
      "pointer", "i32", "i32", "i32", "i32", "f64", "f64", "f64", "i32", "buffer", "u32",
    ],
    result: "i32",
  },
  // int32_t draw_text(cv::Mat* mat, const char* text, int32_t x, int32_t y, double scale,
  //   double blue, double green, double red, int32_t thickness, char* error, uint32_t errorBytes)
  draw_text: {
    // deno-fmt-ignore
    parameters: [
      "pointer", "buffer", "i32", "i32", "f64", "f64", "f64", "f64", "i32", "buffer", "u32",
    ],
    result: "i32",
  },
  // int32_t text_size(const char* text, double scale, int32_t thickness, int32_t* size,
  //   char* error, uint32_t errorBytes)
  text_size: { parameters: ["buffer", "f64", "i32", "buffer", "buffer", "u32"], result: "i32" },

  // int32_t pipeline_check(const char* pipeline, char* error, uint32_t errorBytes)
  pipeline_check: {
    parameters: ["buffer", "buffer", "u32"],
    result: "i32",
    nonblocking: true,
  },
  // int32_t capture_has_backend(int32_t api, char* error, uint32_t errorBytes)
  capture_has_backend: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  // cv::VideoCapture* capture_open(const char* source, int32_t index, int32_t api,
  //   const int32_t* properties, uint32_t propertyPairs, char* error, uint32_t errorBytes)
  capture_open: {
    parameters: ["buffer", "i32", "i32", "buffer", "u32", "buffer", "u32"],
    result: "pointer",
    nonblocking: true,
  },
  // int32_t capture_read(cv::VideoCapture* capture, cv::Mat* into, char* error,
  //   uint32_t errorBytes)
  capture_read: {
    parameters: ["pointer", "pointer", "buffer", "u32"],
    result: "i32",
    nonblocking: true,
  },
  // int32_t capture_read_paced(cv::VideoCapture* capture, cv::VideoCapture* clock, cv::Mat* into,
  //   double* pace, char* error, uint32_t errorBytes)
  capture_read_paced: {
    parameters: ["pointer", "pointer", "pointer", "buffer", "buffer", "u32"],
    result: "i32",
    nonblocking: true,
  },
  // int32_t capture_read_compressed(cv::VideoCapture* capture, cv::Mat* into, JpegEncoder* encoder,
  //   int32_t layout, int32_t width, int32_t height, int32_t quality, double* readAtMicros,
  //   char* error, uint32_t errorBytes)
  capture_read_compressed: {
    parameters: [
      "pointer",
      "pointer",
      "pointer",
      "i32",
      "i32",
      "i32",
      "i32",
      "buffer",
      "buffer",
      "u32",
    ],
    result: "i32",
    nonblocking: true,
  },
  // int32_t capture_get(const cv::VideoCapture* capture, int32_t property, double* value,
  //   char* error, uint32_t errorBytes)
  capture_get: { parameters: ["pointer", "i32", "buffer", "buffer", "u32"], result: "i32" },
  // int32_t capture_set(cv::VideoCapture* capture, int32_t property, double value, char* error,
  //   uint32_t errorBytes)
  capture_set: { parameters: ["pointer", "i32", "f64", "buffer", "u32"], result: "i32" },
  // int32_t capture_backend(const cv::VideoCapture* capture, char* text, uint32_t textBytes,
  //   char* error, uint32_t errorBytes)
  capture_backend: { parameters: ["pointer", "buffer", "u32", "buffer", "u32"], result: "i32" },
  // int32_t capture_release(cv::VideoCapture* capture, char* error, uint32_t errorBytes)
  capture_release: {
    parameters: ["pointer", "buffer", "u32"],
    result: "i32",
    nonblocking: true,
  },

  // TestPattern* test_pattern_create(int32_t width, int32_t height, double fps, char* error,
  //   uint32_t errorBytes)
  test_pattern_create: { parameters: ["i32", "i32", "f64", "buffer", "u32"], result: "pointer" },
  // int32_t test_pattern_read(TestPattern* pattern, cv::Mat* into, double* capturedAtMicros,
  //   char* error, uint32_t errorBytes)
  test_pattern_read: {
    parameters: ["pointer", "pointer", "buffer", "buffer", "u32"],
    result: "i32",
    nonblocking: true,
  },
  // int32_t test_pattern_read_compressed(TestPattern* pattern, cv::Mat* into, JpegEncoder* encoder,
  //   int32_t quality, double* capturedAtMicros, char* error, uint32_t errorBytes)
  test_pattern_read_compressed: {
    parameters: ["pointer", "pointer", "pointer", "i32", "buffer", "buffer", "u32"],
    result: "i32",
    nonblocking: true,
  },
  // void test_pattern_release(TestPattern* pattern)
  test_pattern_release: { parameters: ["pointer"], result: "void" },

  // JpegEncoder* jpeg_encoder_create(char* error, uint32_t errorBytes)
  jpeg_encoder_create: { parameters: ["buffer", "u32"], result: "pointer" },
  // int32_t jpeg_encoder_encode(JpegEncoder* encoder, const cv::Mat* picture, int32_t quality,
  //   char* error, uint32_t errorBytes)
  jpeg_encoder_encode: {
    parameters: ["pointer", "pointer", "i32", "buffer", "u32"],
    result: "i32",
    nonblocking: true,
  },
  // int32_t jpeg_encoder_encode_yuv(JpegEncoder* encoder, const cv::Mat* frame, int32_t layout,
  //   int32_t width, int32_t height, int32_t quality, char* error, uint32_t errorBytes)
  jpeg_encoder_encode_yuv: {
    parameters: ["pointer", "pointer", "i32", "i32", "i32", "i32", "buffer", "u32"],
    result: "i32",
    nonblocking: true,
  },
  // int32_t jpeg_encoder_take(const JpegEncoder* encoder, uint8_t* into, uint32_t intoBytes)
  jpeg_encoder_take: { parameters: ["pointer", "buffer", "u32"], result: "i32" },
  // void jpeg_encoder_release(JpegEncoder* encoder)
  jpeg_encoder_release: { parameters: ["pointer"], result: "void" },

  // int32_t jpeg_is_plain(const cv::Mat* picture, double maxPixels)
  jpeg_is_plain: { parameters: ["pointer", "f64"], result: "i32" },

  // JpegDecoder* jpeg_decoder_create(char* error, uint32_t errorBytes)
  jpeg_decoder_create: { parameters: ["buffer", "u32"], result: "pointer" },
  // int32_t jpeg_decoder_decode(JpegDecoder* decoder, const uint8_t* jpeg, uint32_t jpegBytes,
  //   cv::Mat* into, int32_t scale, char* error, uint32_t errorBytes)
  jpeg_decoder_decode: {
    parameters: ["pointer", "buffer", "u32", "pointer", "i32", "buffer", "u32"],
    result: "i32",
    nonblocking: true,
  },
  // the same, for the calls that wait
  jpeg_decoder_decode_sync: {
    name: "jpeg_decoder_decode",
    parameters: ["pointer", "buffer", "u32", "pointer", "i32", "buffer", "u32"],
    result: "i32",
  },
  // void jpeg_decoder_release(JpegDecoder* decoder)
  jpeg_decoder_release: { parameters: ["pointer"], result: "void" },

  // int32_t image_decode(const uint8_t* bytes, uint32_t byteCount, cv::Mat* into, char* error,
  //   uint32_t errorBytes)
  image_decode: {
    parameters: ["buffer", "u32", "pointer", "buffer", "u32"],
    result: "i32",
    nonblocking: true,
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** What the library without windows has on Linux alone: `native/v4l2.cpp`. Answers are JSON. */
export const V4L2_SYMBOLS = {
  // uint32_t v4l2_cameras(const char* path, int32_t formats, int32_t controls, char* json,
  //   uint32_t jsonBytes)
  v4l2_cameras: { parameters: ["buffer", "i32", "i32", "buffer", "u32"], result: "u32" },
  // uint32_t v4l2_try_stream(const char* path, char* json, uint32_t jsonBytes)
  v4l2_try_stream: { parameters: ["buffer", "buffer", "u32"], result: "u32" },
  // uint32_t v4l2_users(const char* path, char* json, uint32_t jsonBytes)
  v4l2_users: { parameters: ["buffer", "buffer", "u32"], result: "u32" },
  // uint32_t v4l2_real_path(const char* path, char* json, uint32_t jsonBytes)
  v4l2_real_path: { parameters: ["buffer", "buffer", "u32"], result: "u32" },
  // uint32_t v4l2_set_control(const char* path, uint32_t id, int32_t value, char* json,
  //   uint32_t jsonBytes)
  v4l2_set_control: { parameters: ["buffer", "u32", "i32", "buffer", "u32"], result: "u32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The library with the windows of OpenCV's toolkit, where there is no X11: `native/window.cpp`. */
export const WINDOW_SYMBOLS = {
  // uint32_t window_abi_version()
  window_abi_version: { parameters: [], result: "u32" },
  // int32_t window_open(const char* name, int32_t flags, char* error, uint32_t errorBytes)
  window_open: { parameters: ["buffer", "i32", "buffer", "u32"], result: "i32" },
  // int32_t window_show(const char* name, const cv::Mat* picture, char* error,
  //   uint32_t errorBytes)
  window_show: { parameters: ["buffer", "pointer", "buffer", "u32"], result: "i32" },
  // int32_t window_wait_key(int32_t delayMs, int32_t* key, char* error, uint32_t errorBytes)
  window_wait_key: { parameters: ["i32", "buffer", "buffer", "u32"], result: "i32" },
  // int32_t window_get_property(const char* name, int32_t property, double* value, char* error,
  //   uint32_t errorBytes)
  window_get_property: {
    parameters: ["buffer", "i32", "buffer", "buffer", "u32"],
    result: "i32",
  },
  // int32_t window_set_property(const char* name, int32_t property, double value, char* error,
  //   uint32_t errorBytes)
  window_set_property: { parameters: ["buffer", "i32", "f64", "buffer", "u32"], result: "i32" },
  // int32_t window_destroy(const char* name, char* error, uint32_t errorBytes)
  window_destroy: { parameters: ["buffer", "buffer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The library with windows on an X server: `native/x11_window.cpp`. */
export const X11_SYMBOLS = {
  // uint32_t x11_abi_version()
  x11_abi_version: { parameters: [], result: "u32" },
  // int32_t x11_check_display(char* error, uint32_t errorBytes)
  x11_check_display: { parameters: ["buffer", "u32"], result: "i32" },
  // X11Window* x11_window_open(const char* name, char* error, uint32_t errorBytes)
  x11_window_open: { parameters: ["buffer", "buffer", "u32"], result: "pointer" },
  // int32_t x11_window_show(X11Window* window, const cv::Mat* picture, int32_t placeholder,
  //   char* error, uint32_t errorBytes)
  x11_window_show: { parameters: ["pointer", "pointer", "i32", "buffer", "u32"], result: "i32" },
  // int32_t x11_window_next_event(X11Window* window, int32_t* event, char* error,
  //   uint32_t errorBytes)
  x11_window_next_event: { parameters: ["pointer", "buffer", "buffer", "u32"], result: "i32" },
  // int32_t x11_window_toggle_fullscreen(X11Window* window, char* error, uint32_t errorBytes)
  x11_window_toggle_fullscreen: { parameters: ["pointer", "buffer", "u32"], result: "i32" },
  // void x11_window_close(X11Window* window)
  x11_window_close: { parameters: ["pointer"], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;
