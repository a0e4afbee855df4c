// Pictures of any format that OpenCV knows: PNG, WebP ...
#include "bridge.h"

#include <stdexcept>

#include <opencv2/imgcodecs.hpp>

using namespace bridge;

BRIDGE int32_t image_decode(Error* error, const uint8_t* bytes, uint32_t byteCount,
                            cv::Mat* into) noexcept {
  return guarded(error, [&] {
    if (byteCount == 0) throw std::runtime_error("there are no bytes");
    const cv::Mat input(1, static_cast<int>(byteCount), CV_8UC1, const_cast<uint8_t*>(bytes));
    const cv::Mat picture = cv::imdecode(input, cv::IMREAD_COLOR);
    if (picture.empty()) throw std::runtime_error("it is in no format that OpenCV knows");
    *into = picture;
  });
}
