// Raw camera frames as the three planes JPEG wants: 4:2:0, full range.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace bridge {

// jpeg_encoder.ts has the same numbers
enum class YuvLayout : int32_t { kYuyv = 0, kNv12 = 1, kI420 = 2 };

// How many bytes a frame of even width and height takes
inline size_t yuvBytes(YuvLayout layout, int width, int height) {
  const size_t pixels = static_cast<size_t>(width) * static_cast<size_t>(height);
  return layout == YuvLayout::kYuyv ? pixels * 2 : pixels * 3 / 2;
}

// Cameras give luma 16 to 235 and chroma 16 to 240; JPEG has 0 to 255 for both. Without this the
// picture would be paler than the one OpenCV makes of the same frame.
inline uint8_t fullLuma(int value) {
  return static_cast<uint8_t>(std::clamp(((value - 16) * 298 + 128) >> 8, 0, 255));
}
inline uint8_t fullChroma(int value) {
  return static_cast<uint8_t>(std::clamp((((value - 128) * 291 + 128) >> 8) + 128, 0, 255));
}

// Reads every `step`-th byte. The pointers are marked apart from each other, without which the
// compiler does one byte at a time.
template <int step, uint8_t convert(int)>
void convertEach(const uint8_t* __restrict from, uint8_t* __restrict to, size_t count) {
  for (size_t i = 0; i < count; ++i) to[i] = convert(from[i * step]);
}

// The mean of two rows that share their chroma
inline void convertChromaOfRows(const uint8_t* __restrict top, const uint8_t* __restrict bottom,
                                uint8_t* __restrict to, size_t count) {
  for (size_t i = 0; i < count; ++i) to[i] = fullChroma((top[i * 4] + bottom[i * 4] + 1) / 2);
}

struct YuvPlanes {
  std::vector<uint8_t> y, u, v;

  void fill(const uint8_t* pixels, YuvLayout layout, int width, int height) {
    const size_t count = static_cast<size_t>(width) * static_cast<size_t>(height);
    y.resize(count);
    u.resize(count / 4);
    v.resize(count / 4);
    const uint8_t* chroma = pixels + count;
    switch (layout) {
      case YuvLayout::kYuyv:
        convertEach<2, fullLuma>(pixels, y.data(), count);
        fillChromaFromYuyv(pixels, static_cast<size_t>(width), static_cast<size_t>(height));
        break;
      case YuvLayout::kNv12:
        convertEach<1, fullLuma>(pixels, y.data(), count);
        convertEach<2, fullChroma>(chroma, u.data(), count / 4);
        convertEach<2, fullChroma>(chroma + 1, v.data(), count / 4);
        break;
      case YuvLayout::kI420:
        convertEach<1, fullLuma>(pixels, y.data(), count);
        convertEach<1, fullChroma>(chroma, u.data(), count / 4);
        convertEach<1, fullChroma>(chroma + count / 4, v.data(), count / 4);
        break;
    }
  }

 private:
  void fillChromaFromYuyv(const uint8_t* pixels, size_t width, size_t height) {
    const size_t pitch = width * 2;
    const size_t half = width / 2;
    for (size_t pair = 0; pair < height / 2; ++pair) {
      const uint8_t* top = pixels + pair * 2 * pitch;
      const uint8_t* bottom = top + pitch;
      convertChromaOfRows(top + 1, bottom + 1, u.data() + pair * half, half);
      convertChromaOfRows(top + 3, bottom + 3, v.data() + pair * half, half);
    }
  }
};

}  // namespace bridge
