// Raw frames in parts, and as OpenCV's own pictures.
#include "yuv.h"

#include <opencv2/imgproc.hpp>

#include "bridge.h"

using namespace bridge;

// Two rows of chroma stand in one row of the Mat, so that OpenCV has no rectangle for them.
std::array<cv::Mat, 3> bridge::planesOf(const cv::Mat& frame) {
  CV_Assert(frame.type() == CV_8UC1 && frame.rows % 3 == 0 && frame.cols % 2 == 0);
  const int height = frame.rows * 2 / 3;
  const int pixels = frame.cols * height;
  const auto chroma = [&](int first) {
    return frame.reshape(1, 1).colRange(first, first + pixels / 4).reshape(1, height / 2);
  };
  return {frame.rowRange(0, height), chroma(pixels), chroma(pixels * 5 / 4)};
}

void bridge::copyPartOfPlanes(const cv::Mat& from, cv::Mat& to, const cv::Rect& part) {
  const auto source = planesOf(from);
  const auto target = planesOf(to);
  const cv::Rect luma = part & cv::Rect({}, source[0].size());
  if (luma.empty()) return;
  // Every pixel of chroma that the part touches, also by half
  const cv::Rect chroma(cv::Point(luma.x / 2, luma.y / 2),
                        cv::Point((luma.br().x + 1) / 2, (luma.br().y + 1) / 2));
  source[0](luma).copyTo(target[0](luma));
  source[1](chroma).copyTo(target[1](chroma));
  source[2](chroma).copyTo(target[2](chroma));
}

// A frame in a Mat of the shape that V4L2 gives it, as BGR
BRIDGE int32_t yuv_to_bgr(Error* error, const cv::Mat* frame, int32_t layout,
                          cv::Mat* to) noexcept {
  return guarded(error, [&] {
    switch (static_cast<YuvLayout>(layout)) {
      case YuvLayout::kYuyv: return cv::cvtColor(*frame, *to, cv::COLOR_YUV2BGR_YUYV);
      case YuvLayout::kNv12: return cv::cvtColor(*frame, *to, cv::COLOR_YUV2BGR_NV12);
      case YuvLayout::kYuvj420p: break;
    }
    // What OpenCV has for planes of 4:2:0 takes them for studio swing; only its 4:4:4 is JPEG's.
    const auto [luma, blue, red] = planesOf(*frame);
    std::array<cv::Mat, 3> whole = {luma, cv::Mat(), cv::Mat()};
    cv::resize(red, whole[1], luma.size());
    cv::resize(blue, whole[2], luma.size());
    cv::merge(whole, *to);
    cv::cvtColor(*to, *to, cv::COLOR_YCrCb2BGR);
  });
}
