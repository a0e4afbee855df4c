// One JPEG after another to BGR, upright, and the judgement on whether it is a picture.
#pragma once

#include <cstddef>
#include <cstdint>

#include <opencv2/core.hpp>

namespace bridge {

class JpegReader {
 public:
  // Decodes at 1/scale of the size. Throws std::runtime_error, with words, where it is no picture;
  // `into` may hold parts of it by then.
  void read(const uint8_t* jpeg, size_t jpegBytes, cv::Mat& into, int scale);

 private:
  cv::Mat turned_;  // memory for pictures that do not come upright
};

}  // namespace bridge
