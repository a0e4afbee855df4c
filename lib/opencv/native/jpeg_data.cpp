// The entropy-coded data of a JPEG: nearly all of its bytes, so looking for its end is native.
#include "bridge.h"

namespace {

constexpr uint32_t kBlockBytes = 64;

// Whether an 0xFF in a block is followed by more than a stuffed zero, without a branch in it: data
// have an 0xFF in some 200 bytes.
bool mayHoldMarker(const uint8_t* block) {
  uint8_t found = 0;
  for (uint32_t i = 0; i < kBlockBytes; ++i) {
    found |= static_cast<uint8_t>(block[i] == 0xff) & static_cast<uint8_t>(block[i + 1] != 0);
  }
  return found != 0;
}

}  // namespace

// What jpeg/scan_data.ts calls findMarkerInScan().
BRIDGE uint32_t jpeg_find_marker(const uint8_t* bytes, uint32_t length, uint32_t from) noexcept {
  while (from < length) {
    const bool isBlock = length - from > kBlockBytes;
    const uint32_t end = isBlock ? from + kBlockBytes : length;
    if (isBlock && !mayHoldMarker(bytes + from)) from = end;
    while (from < end) {
      if (bytes[from] != 0xff) {
        ++from;
        continue;
      }
      if (from + 1 == length) return from;
      const uint8_t next = bytes[from + 1];
      const bool isWithinScan = next == 0 || (next >= 0xd0 && next <= 0xd7);
      if (next != 0xff && !isWithinScan) return from;
      from += next == 0xff ? 1 : 2;
    }
  }
  return length;
}
