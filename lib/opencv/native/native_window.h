// A window with a picture, whatever draws it: X11 on Linux, elsewhere OpenCV's toolkit.
#pragma once

#include <memory>

#include "bridge.h"

namespace bridge {

// What nextEvent() returns besides a key's character, or 0 for nothing more.
constexpr int32_t kClosed = -1;

class NativeWindow {
 public:
  virtual ~NativeWindow() = default;

  // Shows a picture, and returns when it is on screen. For a placeholder no window is resized.
  virtual void show(const cv::Mat& picture, bool placeholder) = 0;
  virtual int32_t nextEvent() = 0;
  virtual void toggleFullscreen() = 0;
  // Whether its display went away.
  virtual bool lost() const { return false; }
};

std::unique_ptr<NativeWindow> openWindow(const char* name);

// Throws where no window can be had.
void checkDisplay();

}  // namespace bridge
