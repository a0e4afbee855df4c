// JPEG to BGR by OpenCV's own codec, where libjpeg's headers were not there.
#ifndef HAVE_TURBOJPEG
#include <stdexcept>

#include <opencv2/imgcodecs.hpp>

#include "jpeg_reader.h"

namespace bridge {

void JpegReader::read(const uint8_t* jpeg, size_t jpegBytes, cv::Mat& into, int scale) {
  // OpenCV makes up what is missing and says nothing, so both ends are looked at first.
  if (jpegBytes < 4 || jpeg[0] != 0xff || jpeg[1] != 0xd8) {
    throw std::runtime_error("it does not begin like a JPEG");
  }
  if (jpeg[jpegBytes - 2] != 0xff || jpeg[jpegBytes - 1] != 0xd9) {
    throw std::runtime_error("it has no end: premature end of data");
  }
  const int mode = scale == 1   ? cv::IMREAD_COLOR
                   : scale == 2 ? cv::IMREAD_REDUCED_COLOR_2
                   : scale == 4 ? cv::IMREAD_REDUCED_COLOR_4
                                : cv::IMREAD_REDUCED_COLOR_8;
  const cv::Mat bytes(1, static_cast<int>(jpegBytes), CV_8UC1, const_cast<uint8_t*>(jpeg));
  // It makes the picture upright, too.
  const cv::Mat picture = cv::imdecode(bytes, mode, &into);
  if (picture.empty()) throw std::runtime_error("OpenCV's JPEG codec cannot read it");
}

}  // namespace bridge
#endif
