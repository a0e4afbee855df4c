// A window with a picture, whatever draws it: X11 on Linux, elsewhere OpenCV's toolkit.
#pragma once

#include <memory>

#include "bridge.h"

namespace bridge {

// What the user did, besides a key's character, or 0 for nothing more.
constexpr int32_t kClosed = -1;
constexpr int32_t kClicked = -2;

// The keys that have no character
constexpr char kLeft = 1, kRight = 2, kUp = 3, kDown = 4, kEscape = 27;

struct WindowEvent {
  int32_t what = 0;
  cv::Point at{};  // of a click, from the window's top left corner
};

struct WindowMetrics {
  cv::Size size;
  int32_t dotsPerInch = 96;
};

class NativeWindow {
 public:
  virtual ~NativeWindow() = default;

  // Shows a picture, and returns when it is on screen. For a placeholder no window is resized.
  virtual void show(const cv::Mat& picture, bool placeholder) = 0;
  // Shows a picture at this place of the window, as large as it is, and leaves the rest as it was.
  // Returns whether it is on its way: while the display is busy with another, none is taken.
  virtual bool showAt(const cv::Mat& picture, cv::Point at) = 0;
  // Asks for a size, which the user and the screen may not grant.
  virtual void preferSize(cv::Size size) = 0;
  virtual WindowMetrics metrics() = 0;
  virtual WindowEvent nextEvent() = 0;
  virtual void toggleFullscreen() = 0;
  // Whether its display went away.
  virtual bool lost() const { return false; }
};

std::unique_ptr<NativeWindow> openWindow(const char* name);

// Throws where no window can be had.
void checkDisplay();

}  // namespace bridge
