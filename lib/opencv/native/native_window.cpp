// The calls of the library with windows. It is one of its own: a program without a window loads
// neither Xlib nor a toolkit.
#include "native_window.h"

using namespace bridge;

namespace {

template <class Body>
int32_t guardedIn(NativeWindow* window, Error* error, Body body) noexcept {
  const int32_t status = guarded(error, body);
  return status == kFailed && window->lost() ? kDisplayLost : status;
}

}  // namespace

BRIDGE uint32_t window_abi_version() noexcept { return kAbiVersion; }

BRIDGE int32_t window_check_display(Error* error) noexcept {
  return guarded(error, [] { checkDisplay(); });
}

BRIDGE NativeWindow* window_open(Error* error, const char* name) noexcept {
  return guarded<NativeWindow*>(error, nullptr, [&] { return openWindow(name).release(); });
}

BRIDGE int32_t window_show(Error* error, NativeWindow* window, const cv::Mat* picture,
                           int32_t placeholder) noexcept {
  return guardedIn(window, error, [&] { window->show(*picture, placeholder != 0); });
}

// `shown` is 1 where it was taken, 0 where the display is busy.
BRIDGE int32_t window_show_at(Error* error, NativeWindow* window, const cv::Mat* picture,
                              int32_t x, int32_t y, int32_t* shown) noexcept {
  return guardedIn(window, error, [&] { *shown = window->showAt(*picture, {x, y}) ? 1 : 0; });
}

BRIDGE int32_t window_prefer_size(Error* error, NativeWindow* window, int32_t width,
                                  int32_t height) noexcept {
  return guardedIn(window, error, [&] { window->preferSize({width, height}); });
}

// width, height, dots per inch
BRIDGE int32_t window_metrics(Error* error, NativeWindow* window, int32_t* metrics) noexcept {
  return guardedIn(window, error, [&] {
    const WindowMetrics now = window->metrics();
    metrics[0] = now.size.width;
    metrics[1] = now.size.height;
    metrics[2] = now.dotsPerInch;
  });
}

// What the user did in `event`: a key's character, -1 for closing the window, -2 for a click, whose
// place follows, 0 for nothing more.
BRIDGE int32_t window_next_event(Error* error, NativeWindow* window, int32_t* event) noexcept {
  return guardedIn(window, error, [&] {
    const WindowEvent next = window->nextEvent();
    event[0] = next.what;
    event[1] = next.at.x;
    event[2] = next.at.y;
  });
}

BRIDGE int32_t window_toggle_fullscreen(Error* error, NativeWindow* window) noexcept {
  return guardedIn(window, error, [&] { window->toggleFullscreen(); });
}

BRIDGE void window_close(NativeWindow* window) noexcept { delete window; }
