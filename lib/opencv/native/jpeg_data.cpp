// A look at a whole JPEG, as cheap as can be: every picture of a camera passes through here.
#include "bridge.h"

namespace {

constexpr uint32_t kBlockBytes = 64;

uint32_t u16(const uint8_t* bytes) { return static_cast<uint32_t>(bytes[0] << 8 | bytes[1]); }

// Whether an 0xFF in a block is followed by more than a stuffed zero, without a branch in it: data
// have an 0xFF in some 200 bytes.
bool mayHoldMarker(const uint8_t* block) {
  uint8_t found = 0;
  for (uint32_t i = 0; i < kBlockBytes; ++i) {
    found |= static_cast<uint8_t>(block[i] == 0xff) & static_cast<uint8_t>(block[i + 1] != 0);
  }
  return found != 0;
}

// Whether the entropy-coded data from `at` on end with the first EOI, and the bytes with it.
bool endsWithScan(const uint8_t* bytes, uint32_t length, uint32_t at) {
  while (at + 1 < length) {
    if (length - at > kBlockBytes && !mayHoldMarker(bytes + at)) {
      at += kBlockBytes;
      continue;
    }
    const uint32_t end = std::min(at + kBlockBytes, length - 1);
    while (at < end) {
      if (bytes[at] != 0xff) {
        ++at;
        continue;
      }
      const uint8_t next = bytes[at + 1];
      if (next == 0xd9) return at + 2 == length;
      if (next != 0 && (next < 0xd0 || next > 0xd7)) return false;
      at += 2;
    }
  }
  return false;
}

}  // namespace

// Whether the bytes are one JPEG of one scan that lacks nothing, with nothing around it and no more
// pixels than these. What is unusual in any way is left to jpeg/scanner.ts: 0 says nothing.
BRIDGE int32_t jpeg_is_plain(const cv::Mat* picture, double maxPixels) noexcept {
  const uint8_t* bytes = picture->data;
  const auto length = static_cast<uint32_t>(picture->total() * picture->elemSize());
  if (!picture->isContinuous() || length < 4 || bytes[0] != 0xff || bytes[1] != 0xd8) return 0;
  bool hasFrame = false, lacksTables = false, hasTables = false;
  for (uint32_t at = 2; at + 9 < length && bytes[at] == 0xff;) {
    const uint8_t marker = bytes[at + 1];
    const uint32_t segment = u16(bytes + at + 2);
    const uint32_t end = at + 2 + segment;
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9) || marker == 0xff) return 0;
    if (segment < 2 || end > length) return 0;
    if (marker == 0xda) {
      const bool isScan = segment >= 8 && segment <= 14 && hasFrame;
      return isScan && (hasTables || !lacksTables) && endsWithScan(bytes, length, end) ? 1 : 0;
    }
    if (marker == 0xc4) hasTables = true;
    if (marker <= 0xcf && (marker == 0xc0 || marker % 4 != 0)) {
      const double pixels = double(u16(bytes + at + 5)) * u16(bytes + at + 7);
      if (hasFrame || segment < 11 || segment > 773 || pixels < 1 || pixels > maxPixels) return 0;
      hasFrame = true;
      lacksTables = marker <= 0xc1;
    }
    at = end;
  }
  return 0;
}
