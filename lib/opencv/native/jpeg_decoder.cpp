// JPEG to BGR: whatever is no picture is damaged, with the library's words.
#include "bridge.h"

#include <stdexcept>

#include "jpeg_reader.h"

using namespace bridge;

struct JpegDecoder {
  JpegReader reader;
};

BRIDGE JpegDecoder* jpeg_decoder_create(char* error, uint32_t errorBytes) noexcept {
  return guarded<JpegDecoder*>(error, errorBytes, nullptr, [] { return new JpegDecoder(); });
}

// `scale` 1, 2, 4 or 8: the picture comes out at that fraction of its size
BRIDGE int32_t jpeg_decoder_decode(JpegDecoder* decoder, const uint8_t* jpeg, uint32_t jpegBytes,
                                   cv::Mat* into, int32_t scale, char* error,
                                   uint32_t errorBytes) noexcept {
  return guarded<int32_t>(error, errorBytes, kDamaged, [&] {
    if (jpegBytes == 0) throw std::runtime_error("it is empty");
    decoder->reader.read(jpeg, jpegBytes, *into, scale);
    return static_cast<int32_t>(kOk);
  });
}

BRIDGE void jpeg_decoder_release(JpegDecoder* decoder) noexcept { delete decoder; }
