// JPEG to BGR: whatever is no picture is damaged, with the library's words.
#include "bridge.h"

#include <stdexcept>

#include "jpeg_reader.h"

#ifndef HAVE_TURBOJPEG
#include <opencv2/imgcodecs.hpp>
#endif

using namespace bridge;

#ifndef HAVE_TURBOJPEG
// By OpenCV's own codec, where libjpeg's headers were not there
void bridge::JpegReader::read(const uint8_t* jpeg, size_t jpegBytes, cv::Mat& into, int scale) {
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
#endif

struct JpegDecoder {
  JpegReader reader;
};

BRIDGE JpegDecoder* jpeg_decoder_create(Error* error) noexcept {
  return guarded<JpegDecoder*>(error, nullptr, [] { return new JpegDecoder(); });
}

// `scale` 1, 2, 4 or 8: the picture comes out at that fraction of its size
BRIDGE int32_t jpeg_decoder_decode(Error* error, JpegDecoder* decoder, const uint8_t* jpeg,
                                   uint32_t jpegBytes, cv::Mat* into, int32_t scale) noexcept {
  return guarded<int32_t>(error, kDamaged, [&] {
    if (jpegBytes == 0) throw std::runtime_error("it is empty");
    decoder->reader.read(jpeg, jpegBytes, *into, scale);
    return static_cast<int32_t>(kOk);
  });
}

BRIDGE void jpeg_decoder_release(JpegDecoder* decoder) noexcept { delete decoder; }
