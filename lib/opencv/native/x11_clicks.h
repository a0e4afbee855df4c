// Where the first mouse button was clicked.
#pragma once

#include <deque>

#include <opencv2/core.hpp>

#include <X11/Xlib.h>

namespace bridge {

// The clicks in a window. One counts when the button is let go, as a key does, if it was pressed
// there.
class X11Clicks {
 public:
  void press(const XButtonEvent& event) { pressed_ = event.button == Button1; }

  void release(const XButtonEvent& event) {
    if (pressed_ && event.button == Button1) clicks_.push_back({event.x, event.y});
    pressed_ = false;
  }

  // Takes the next click; returns whether there was one.
  bool next(cv::Point& at) {
    if (clicks_.empty()) return false;
    at = clicks_.front();
    clicks_.pop_front();
    return true;
  }

 private:
  bool pressed_ = false;
  std::deque<cv::Point> clicks_;
};

}  // namespace bridge
