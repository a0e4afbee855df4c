// Raw frames as the three planes JPEG wants: 4:2:0, full range.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "yuv.h"

namespace bridge {

// How many bytes a frame of even width and height takes
inline size_t yuvBytes(YuvLayout layout, int width, int height) {
  const size_t pixels = static_cast<size_t>(width) * static_cast<size_t>(height);
  return layout == YuvLayout::kYuyv ? pixels * 2 : pixels * 3 / 2;
}

// Cameras give luma 16 to 235 and chroma 16 to 240; JPEG has 0 to 255 for both. Without this the
// picture would be paler than the one OpenCV makes of the same frame. Cut off first, no step
// leaves 16 bits, and the compiler does twice as many bytes at a time.
inline uint8_t fullLuma(uint8_t value) {
  const auto above = static_cast<uint8_t>(std::clamp<uint8_t>(value, 16, 235) - 16);
  return static_cast<uint8_t>(above + (static_cast<uint16_t>(above * 42 + 128) >> 8));
}
inline uint8_t fullChroma(uint8_t value) {
  const auto above = static_cast<uint8_t>(std::clamp<uint8_t>(value, 16, 240) - 16);
  return static_cast<uint8_t>(above + (static_cast<uint16_t>(above * 35 + 304) >> 8));
}

// Reads every `step`-th byte. The pointers are marked apart from each other, without which the
// compiler does one byte at a time.
template <int step, uint8_t convert(uint8_t)>
void convertEach(const uint8_t* __restrict from, uint8_t* __restrict to, size_t count) {
  for (size_t i = 0; i < count; ++i) to[i] = convert(from[i * step]);
}

// The mean of two rows that share their chroma
inline void convertChromaOfRows(const uint8_t* __restrict top, const uint8_t* __restrict bottom,
                                uint8_t* __restrict to, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    to[i] = fullChroma(static_cast<uint8_t>((top[i * 4] + bottom[i * 4] + 1) / 2));
  }
}

// The planes of one frame after another: those of the frame itself where it has them, else made of
// it in memory that is kept.
class YuvPlanes {
 public:
  // Y, U and V, without gaps between their rows; good until the next call, or the frame's end
  const uint8_t** of(const uint8_t* pixels, YuvLayout layout, int width, int height) {
    const size_t count = static_cast<size_t>(width) * static_cast<size_t>(height);
    const uint8_t* chroma = pixels + count;
    if (layout == YuvLayout::kYuvj420p) {
      planes_[0] = pixels;
      planes_[1] = chroma;
      planes_[2] = chroma + count / 4;
      return planes_;
    }
    y_.resize(count);
    u_.resize(count / 4);
    v_.resize(count / 4);
    if (layout == YuvLayout::kNv12) {
      convertEach<1, fullLuma>(pixels, y_.data(), count);
      convertEach<2, fullChroma>(chroma, u_.data(), count / 4);
      convertEach<2, fullChroma>(chroma + 1, v_.data(), count / 4);
    } else {
      convertEach<2, fullLuma>(pixels, y_.data(), count);
      fillChromaFromYuyv(pixels, static_cast<size_t>(width), static_cast<size_t>(height));
    }
    planes_[0] = y_.data();
    planes_[1] = u_.data();
    planes_[2] = v_.data();
    return planes_;
  }

 private:
  void fillChromaFromYuyv(const uint8_t* pixels, size_t width, size_t height) {
    const size_t pitch = width * 2;
    const size_t half = width / 2;
    for (size_t pair = 0; pair < height / 2; ++pair) {
      const uint8_t* top = pixels + pair * 2 * pitch;
      const uint8_t* bottom = top + pitch;
      convertChromaOfRows(top + 1, bottom + 1, u_.data() + pair * half, half);
      convertChromaOfRows(top + 3, bottom + 3, v_.data() + pair * half, half);
    }
  }

  std::vector<uint8_t> y_, u_, v_;
  const uint8_t* planes_[3] = {};
};

}  // namespace bridge
