// Raw frames: how their bytes lie, and the planes of those that have them to draw on.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include <opencv2/core.hpp>

namespace bridge {

// yuv.ts has the same numbers
enum class YuvLayout : int32_t { kYuyv = 0, kNv12 = 1, kYuvj420p = 2 };

// Luma, blue and red of a kYuvj420p frame, sharing its pixels
std::array<cv::Mat, 3> planesOf(const cv::Mat& frame);

// Copies a part of one such frame to the same place in another.
void copyPartOfPlanes(const cv::Mat& from, cv::Mat& to, const cv::Rect& part);

// Calls `draw` with each plane, what a BGR colour is there, and by how much the plane is smaller.
template <class Draw>
void drawOnPlanes(cv::Mat& frame, const cv::Scalar& color, Draw draw) {
  auto [luma, blue, red] = planesOf(frame);
  // As JFIF has it: BT.601 in full range
  const double light = 0.299 * color[2] + 0.587 * color[1] + 0.114 * color[0];
  draw(luma, cv::Scalar(std::round(light)), 1);
  draw(blue, cv::Scalar(std::round(128 + (color[0] - light) / 1.772)), 2);
  draw(red, cv::Scalar(std::round(128 + (color[2] - light) / 1.402)), 2);
}

}  // namespace bridge
