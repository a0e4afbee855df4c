// Shapes and text: what is drawn on BGR pictures.
#include "bridge.h"

#include <opencv2/imgproc.hpp>

using namespace bridge;

namespace {
constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;
}

BRIDGE int32_t draw_rectangle(Error* error, cv::Mat* mat, int32_t x0, int32_t y0, int32_t x1,
                              int32_t y1, double blue, double green, double red) noexcept {
  return guarded(error, [&] {
    cv::rectangle(*mat, {x0, y0}, {x1, y1}, cv::Scalar(blue, green, red), cv::FILLED);
  });
}

BRIDGE int32_t draw_text(Error* error, cv::Mat* mat, const char* text, int32_t x, int32_t y,
                         double scale, double blue, double green, double red,
                         int32_t thickness) noexcept {
  return guarded(error, [&] {
    cv::putText(*mat, text, {x, y}, kFont, scale, cv::Scalar(blue, green, red), thickness,
                cv::LINE_AA);
  });
}

// width, and height above the base line
BRIDGE int32_t text_size(Error* error, const char* text, double scale, int32_t thickness,
                         int32_t* size) noexcept {
  return guarded(error, [&] {
    int baseLine = 0;
    const cv::Size box = cv::getTextSize(text, kFont, scale, thickness, &baseLine);
    size[0] = box.width;
    size[1] = box.height;
  });
}
