// Windows by OpenCV's own toolkit, for systems without X11. A library of their own: a program
// without a window never loads a toolkit.
#include "bridge.h"

#include <opencv2/highgui.hpp>

using namespace bridge;

BRIDGE uint32_t window_abi_version() noexcept { return kAbiVersion; }

BRIDGE int32_t window_open(const char* name, int32_t flags, char* error,
                           uint32_t errorBytes) noexcept {
  return guarded(error, errorBytes, [&] { cv::namedWindow(name, flags); });
}

BRIDGE int32_t window_show(const char* name, const cv::Mat* picture, char* error,
                           uint32_t errorBytes) noexcept {
  return guarded(error, errorBytes, [&] { cv::imshow(name, *picture); });
}

// The low byte of the key's code, or -1, in `key`: toolkits put modifiers above it.
BRIDGE int32_t window_wait_key(int32_t delayMs, int32_t* key, char* error,
                               uint32_t errorBytes) noexcept {
  return guarded(error, errorBytes, [&] {
    const int code = cv::waitKey(delayMs);
    *key = code == -1 ? -1 : code & 0xff;
  });
}

BRIDGE int32_t window_get_property(const char* name, int32_t property, double* value, char* error,
                                   uint32_t errorBytes) noexcept {
  return guarded(error, errorBytes, [&] { *value = cv::getWindowProperty(name, property); });
}

BRIDGE int32_t window_set_property(const char* name, int32_t property, double value, char* error,
                                   uint32_t errorBytes) noexcept {
  return guarded(error, errorBytes, [&] { cv::setWindowProperty(name, property, value); });
}

BRIDGE int32_t window_destroy(const char* name, char* error, uint32_t errorBytes) noexcept {
  return guarded(error, errorBytes, [&] { cv::destroyWindow(name); });
}
