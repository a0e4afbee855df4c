// Windows, in a library of their own: a program without one never loads a GUI toolkit.
#include "bridge.h"

#include <cstdlib>
#include <stdexcept>

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/highgui.hpp>

#ifdef __linux__
#include <dlfcn.h>
#endif

using namespace bridge;

namespace {

#ifdef __linux__
const char* nonEmpty(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0' ? value : nullptr;
}

// Qt ends the process where it cannot reach its display, so that is found out before Qt is asked.
void checkXDisplay(const char* display) {
  void* x11 = dlopen("libX11.so.6", RTLD_LAZY | RTLD_LOCAL);
  if (x11 == nullptr) throw std::runtime_error("libX11.so.6 is missing");
  const auto open = reinterpret_cast<void* (*)(const char*)>(dlsym(x11, "XOpenDisplay"));
  const auto close = reinterpret_cast<int (*)(void*)>(dlsym(x11, "XCloseDisplay"));
  void* connection = open != nullptr && close != nullptr ? open(display) : nullptr;
  if (connection != nullptr) close(connection);
  dlclose(x11);
  if (connection == nullptr) {
    throw std::runtime_error(std::string("the display ") + display +
                             " (DISPLAY) does not answer or refuses this user");
  }
}

bool drawsWithQt() {
  for (const char* name : {"libQt5Core.so.5", "libQt6Core.so.6"}) {
    if (void* loaded = dlopen(name, RTLD_LAZY | RTLD_NOLOAD)) {
      dlclose(loaded);
      return true;
    }
  }
  return false;
}

void checkDisplay() {
  // Qt ends the process where it cannot start the platform that the user names, such as wayland
  // without its plugin; so it is given another one to try.
  const char* platform = nonEmpty("QT_QPA_PLATFORM");
  if (platform != nullptr && std::string(platform).rfind("xcb", 0) != 0) {
    const char* other = nonEmpty("DISPLAY") != nullptr ? ";xcb;offscreen" : ";offscreen";
    setenv("QT_QPA_PLATFORM", (platform + std::string(other)).c_str(), 1);
    return;
  }
  if (const char* display = nonEmpty("DISPLAY")) {
    checkXDisplay(display);
    return;
  }
  if (nonEmpty("WAYLAND_DISPLAY") == nullptr) {
    throw std::runtime_error("there is no display (DISPLAY is not set)");
  }
  if (drawsWithQt()) {
    throw std::runtime_error(
        "this OpenCV draws through X11 and DISPLAY is not set; with Qt's Wayland plugin installed, "
        "set QT_QPA_PLATFORM=wayland");
  }
}
#else
void checkDisplay() {}
#endif

int32_t lowByte(int key) { return key == -1 ? -1 : key & 0xff; }

}  // namespace

BRIDGE uint32_t window_abi_version() noexcept { return kAbiVersion; }

// To be called once before anything else here: whether a window can be had at all.
BRIDGE int32_t window_initialise(char* error, uint32_t errorBytes) noexcept {
  return guarded(error, errorBytes, [] {
    checkDisplay();
    if (std::getenv("OPENCV_LOG_LEVEL") == nullptr) {
      cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    }
#ifdef __linux__
    // Debian's Qt brings no fonts of its own and says so at every start; nothing depends on it.
    setenv("QT_LOGGING_RULES", "*.warning=false;*.info=false;*.debug=false", 0);
    // Pictures are drawn without OpenGL; its drivers would take 50 MB for nothing.
    setenv("QT_XCB_GL_INTEGRATION", "none", 0);
#endif
  });
}

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
  return guarded(error, errorBytes, [&] { *key = lowByte(cv::waitKey(delayMs)); });
}

BRIDGE int32_t window_poll_key(int32_t* key, char* error, uint32_t errorBytes) noexcept {
  return guarded(error, errorBytes, [&] { *key = lowByte(cv::pollKey()); });
}

BRIDGE int32_t window_resize(const char* name, int32_t width, int32_t height, char* error,
                             uint32_t errorBytes) noexcept {
  return guarded(error, errorBytes, [&] { cv::resizeWindow(name, width, height); });
}

BRIDGE int32_t window_get_property(const char* name, int32_t property, double* value, char* error,
                                   uint32_t errorBytes) noexcept {
  return guarded(error, errorBytes, [&] { *value = cv::getWindowProperty(name, property); });
}

BRIDGE int32_t window_set_property(const char* name, int32_t property, double value, char* error,
                                   uint32_t errorBytes) noexcept {
  return guarded(error, errorBytes, [&] { cv::setWindowProperty(name, property, value); });
}

BRIDGE int32_t window_set_title(const char* name, const char* title, char* error,
                                uint32_t errorBytes) noexcept {
  return guarded(error, errorBytes, [&] { cv::setWindowTitle(name, title); });
}

BRIDGE int32_t window_destroy(const char* name, char* error, uint32_t errorBytes) noexcept {
  return guarded(error, errorBytes, [&] { cv::destroyWindow(name); });
}

BRIDGE int32_t window_destroy_all(char* error, uint32_t errorBytes) noexcept {
  return guarded(error, errorBytes, [] { cv::destroyAllWindows(); });
}
