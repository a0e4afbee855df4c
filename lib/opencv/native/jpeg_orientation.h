// How a picture is to be turned, as its camera noted in the segment APP1 (Exif 2.3, 4.6.4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <opencv2/core.hpp>

namespace bridge {

// 1 to 8; 1, upright, also where nothing is noted or what is there makes no sense.
inline int exifOrientation(const uint8_t* content, size_t length) {
  constexpr size_t kTiffAt = 6;
  constexpr size_t kEntryBytes = 12;
  constexpr uint32_t kOrientation = 0x0112;
  if (length < kTiffAt + 8 || std::memcmp(content, "Exif\0\0", kTiffAt) != 0) return 1;
  const uint8_t* tiff = content + kTiffAt;
  const size_t bytes = length - kTiffAt;
  const bool little = tiff[0] == 'I';
  const auto u16 = [&](size_t at) -> uint32_t {
    return little ? tiff[at] | tiff[at + 1] << 8 : tiff[at] << 8 | tiff[at + 1];
  };
  const auto u32 = [&](size_t at) -> size_t {
    return little ? u16(at) | static_cast<size_t>(u16(at + 2)) << 16
                  : static_cast<size_t>(u16(at)) << 16 | u16(at + 2);
  };
  const size_t directory = u32(4);
  if (directory > bytes - 2) return 1;
  const uint32_t entries = u16(directory);
  for (uint32_t entry = 0; entry < entries; ++entry) {
    const size_t at = directory + 2 + entry * kEntryBytes;
    if (at + kEntryBytes > bytes) return 1;
    if (u16(at) != kOrientation) continue;
    const uint32_t value = u16(at + 8);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

// Turns and mirrors a picture so that it stands as its camera meant it.
inline void makeUpright(const cv::Mat& picture, int orientation, cv::Mat& into) {
  constexpr int kLeftRight = 1, kTopBottom = 0, kBoth = -1;
  switch (orientation) {
    case 2: return cv::flip(picture, into, kLeftRight);
    case 3: return cv::rotate(picture, into, cv::ROTATE_180);
    case 4: return cv::flip(picture, into, kTopBottom);
    case 5: return cv::transpose(picture, into);
    case 6: return cv::rotate(picture, into, cv::ROTATE_90_CLOCKWISE);
    case 7:
      cv::transpose(picture, into);
      return cv::flip(into, into, kBoth);
    case 8: return cv::rotate(picture, into, cv::ROTATE_90_COUNTERCLOCKWISE);
    default: return picture.copyTo(into);
  }
}

}  // namespace bridge
