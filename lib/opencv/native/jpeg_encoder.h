// What other parts of the bridge need to compress a picture that they have made themselves.
#pragma once

#include "bridge.h"

struct JpegEncoder;

// The length of the JPEG, which then waits for jpeg_encoder_take; negative where it failed
BRIDGE int32_t jpeg_encoder_encode(JpegEncoder* encoder, const cv::Mat* picture, int32_t quality,
                                   char* error, uint32_t errorBytes) noexcept;

// The same from a raw frame, whatever the Mat's own shape
BRIDGE int32_t jpeg_encoder_encode_yuv(JpegEncoder* encoder, const cv::Mat* frame, int32_t layout,
                                       int32_t width, int32_t height, int32_t quality, char* error,
                                       uint32_t errorBytes) noexcept;
