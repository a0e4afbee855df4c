// How large a window is, and who asked for that size.
#pragma once

#include <algorithm>
#include <cmath>
#include <deque>

#include <opencv2/core.hpp>

namespace bridge {

// The largest size with the picture's aspect that has room there, and is not enlarged further.
inline cv::Size fitted(cv::Size picture, cv::Size room, double largestScale = HUGE_VAL) {
  const double scale = std::min({largestScale, double(room.width) / picture.width,
                                 double(room.height) / picture.height});
  return {std::max(1, int(std::lround(picture.width * scale))),
          std::max(1, int(std::lround(picture.height * scale)))};
}

// The size follows the largest picture so far, until the user, or a window manager in his name,
// gives another. So a window stays as it is where smaller pictures come for a while.
class WindowSize {
 public:
  // As far as is known: what was asked for counts until the server says otherwise.
  cv::Size now;

  explicit WindowSize(cv::Size first) : now(first) {}

  // Whether the window should become as large as this picture.
  bool follows(cv::Size picture) {
    if (picture.width <= largest_.width && picture.height <= largest_.height) return false;
    largest_ = picture;
    return !byUser_;
  }

  void request(cv::Size size) {
    if (requested_.empty()) requested_.push_back(now);
    requested_.push_back(size);
    now = size;
  }

  // Takes note of the size that the server says; returns whether it is another.
  bool configured(cv::Size size) {
    const auto found = std::find(requested_.begin(), requested_.end(), size);
    if (found != requested_.end() && found + 1 != requested_.end()) {
      requested_.erase(requested_.begin(), found);
      return false;  // the newest is still to come
    }
    if (found == requested_.end() && size != now) byUser_ = true;
    requested_.clear();
    const bool changed = size != now;
    now = size;
    return changed;
  }

  void leaveToUser() { byUser_ = true; }

 private:
  cv::Size largest_;
  std::deque<cv::Size> requested_;  // not yet granted, behind the size that it had
  bool byUser_ = false;
};

}  // namespace bridge
