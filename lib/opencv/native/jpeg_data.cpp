// The entropy-coded data of a JPEG: nearly all of its bytes, so looking for its end is native.
#include "bridge.h"

// What jpeg/scan_data.ts calls findMarkerInScan().
BRIDGE uint32_t jpeg_find_marker(const uint8_t* bytes, uint32_t length, uint32_t from) noexcept {
  while (from < length) {
    const auto found = static_cast<const uint8_t*>(std::memchr(bytes + from, 0xff, length - from));
    if (found == nullptr) return length;
    const auto at = static_cast<uint32_t>(found - bytes);
    if (at + 1 == length) return at;
    const uint8_t next = bytes[at + 1];
    const bool isWithinScan = next == 0 || (next >= 0xd0 && next <= 0xd7);
    if (next != 0xff && !isWithinScan) return at;
    from = next == 0xff ? at + 1 : at + 2;
  }
  return length;
}
