// Restart markers that come otherwise than announced: some cameras announce what they do not write,
// or write what they have not announced.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include <jpeglib.h>

namespace bridge {

inline unsigned countRestartMarkers(const uint8_t* at, size_t bytes) {
  const uint8_t* const end = at + bytes;
  unsigned count = 0;
  while (end - at > 1) {
    at = static_cast<const uint8_t*>(std::memchr(at, 0xff, static_cast<size_t>(end - at)));
    if (at == nullptr || end - at < 2) break;
    ++at;
    if (*at >= JPEG_RST0 && *at <= JPEG_RST0 + 7) ++count;
  }
  return count;
}

// How many blocks apart the markers are in a picture of one scan, by their number; 0 for no markers.
// As announced where that cannot be told.
inline unsigned guessRestartInterval(const jpeg_decompress_struct& info, const uint8_t* jpeg,
                                     size_t jpegBytes) {
  if (info.max_v_samp_factor == 0 || info.comps_in_scan != info.num_components) {
    return info.restart_interval;
  }
  const unsigned markers = countRestartMarkers(jpeg, jpegBytes);
  if (markers == 0) return 0;
  const bool isGrey = info.num_components == 1;
  const auto blocks = [isGrey](unsigned pixels, int factor) {
    const unsigned size = DCTSIZE * static_cast<unsigned>(isGrey ? 1 : factor);
    return (pixels + size - 1) / size;
  };
  const unsigned all = blocks(info.image_width, info.max_h_samp_factor) *
                       blocks(info.image_height, info.max_v_samp_factor);
  return (all + markers) / (markers + 1);
}

}  // namespace bridge
