// What other parts of the bridge need to compress a picture that they have made themselves.
#pragma once

#include "bridge.h"

struct JpegEncoder;

// Compresses a picture, or, where `layout` is not negative, a raw frame of this size, whatever the
// Mat's own shape. The length of the JPEG, which then waits for jpeg_encoder_take.
BRIDGE int32_t jpeg_encoder_encode(bridge::Error* error, JpegEncoder* encoder,
                                   const cv::Mat* picture, int32_t layout, int32_t width,
                                   int32_t height, int32_t quality) noexcept;
