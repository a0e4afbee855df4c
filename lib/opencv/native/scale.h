// Pictures in another size.
#pragma once

#include <opencv2/imgproc.hpp>

namespace bridge {

// Every pixel counts where many become one; between few, the quicker way does.
inline void scaleTo(const cv::Mat& from, cv::Mat& to, cv::Size size) {
  const bool shrinks = size.width * 2 <= from.cols;
  cv::resize(from, to, size, 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
}

}  // namespace bridge
