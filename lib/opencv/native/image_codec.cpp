// OpenCV's own picture formats (PNG, JPEG, WebP ...), for snapshots.
#include "bridge.h"

#include <memory>
#include <stdexcept>
#include <vector>

#include <opencv2/imgcodecs.hpp>

using namespace bridge;

// The encoded picture, to be freed with image_bytes_release; `length` receives its size
BRIDGE std::vector<uint8_t>* image_encode(const char* extension, const cv::Mat* picture,
                                          const int32_t* parameters, uint32_t parameterCount,
                                          uint32_t* length, char* error,
                                          uint32_t errorBytes) noexcept {
  using Bytes = std::vector<uint8_t>;
  return guarded<Bytes*>(error, errorBytes, nullptr, [&]() -> Bytes* {
    auto bytes = std::make_unique<Bytes>();
    const std::vector<int> list(parameters, parameters + parameterCount);
    if (!cv::imencode(extension, *picture, *bytes, list)) {
      throw std::runtime_error("its encoder refused the picture");
    }
    *length = static_cast<uint32_t>(bytes->size());
    return bytes.release();
  });
}

BRIDGE void image_bytes_take(const std::vector<uint8_t>* bytes, uint8_t* into) noexcept {
  std::memcpy(into, bytes->data(), bytes->size());
}

BRIDGE void image_bytes_release(std::vector<uint8_t>* bytes) noexcept { delete bytes; }

BRIDGE int32_t image_decode(const uint8_t* bytes, uint32_t byteCount, int32_t flags, cv::Mat* into,
                            char* error, uint32_t errorBytes) noexcept {
  return guarded(error, errorBytes, [&] {
    if (byteCount == 0) throw std::runtime_error("there are no bytes");
    const cv::Mat input(1, static_cast<int>(byteCount), CV_8UC1, const_cast<uint8_t*>(bytes));
    cv::Mat picture = cv::imdecode(input, flags);
    if (picture.empty()) throw std::runtime_error("it is in no format that OpenCV knows");
    *into = picture;
  });
}
