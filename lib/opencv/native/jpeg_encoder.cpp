// Pictures to JPEG, by TurboJPEG.
#include "jpeg_encoder.h"

#include <turbojpeg.h>

#include <memory>
#include <stdexcept>
#include <vector>

#include "yuv.h"

using namespace bridge;

namespace {

// How many bytes a frame of even width and height takes
size_t yuvBytes(YuvLayout layout, int width, int height) {
  const size_t pixels = static_cast<size_t>(width) * static_cast<size_t>(height);
  return layout == YuvLayout::kYuyv ? pixels * 2 : pixels * 3 / 2;
}

// Cameras give luma 16 to 235 and chroma 16 to 240; JPEG has 0 to 255 for both. Without this the
// picture would be paler than the one OpenCV makes of the same frame. Cut off first, no step
// leaves 16 bits, and the compiler does twice as many bytes at a time.
uint8_t fullLuma(uint8_t value) {
  const auto above = static_cast<uint8_t>(std::clamp<uint8_t>(value, 16, 235) - 16);
  return static_cast<uint8_t>(above + (static_cast<uint16_t>(above * 42 + 128) >> 8));
}
uint8_t fullChroma(uint8_t value) {
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
void convertChromaOfRows(const uint8_t* __restrict top, const uint8_t* __restrict bottom,
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

}  // namespace

// The handle and the output buffer live as long as the encoder: a fresh buffer for every frame
// would cost page faults.
struct JpegEncoder {
  tjhandle handle = tjInitCompress();
  uint8_t* buffer = nullptr;
  unsigned long capacity = 0;
  unsigned long length = 0;  // of the JPEG that waits to be taken
  YuvPlanes planes;

  ~JpegEncoder() {
    tjFree(buffer);
    if (handle != nullptr) tjDestroy(handle);
  }

  void reserve(int width, int height, int subsampling) {
    const unsigned long wanted = tjBufSize(width, height, subsampling);
    if (wanted == static_cast<unsigned long>(-1)) throw std::runtime_error(tjGetErrorStr2(nullptr));
    if (wanted <= capacity) return;
    tjFree(buffer);
    capacity = 0;
    buffer = tjAlloc(static_cast<int>(wanted));
    if (buffer == nullptr) throw std::bad_alloc();
    capacity = wanted;
  }
};

namespace {

void checkPicture(const cv::Mat& picture) {
  if (picture.empty()) throw std::runtime_error("the Mat is empty");
  if (picture.depth() != CV_8U) throw std::runtime_error("the Mat's pixels are not 8-bit");
}

// The accurate DCT is the one OpenCV uses; the fast one saves next to nothing with SIMD.
constexpr int kFlags = TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT;

int32_t finish(JpegEncoder& encoder, int result) {
  if (result != 0) throw std::runtime_error(tjGetErrorStr2(encoder.handle));
  return static_cast<int32_t>(encoder.length);
}

int32_t compress(JpegEncoder& encoder, const cv::Mat& picture, int quality) {
  int format = TJPF_BGR;
  int subsampling = TJSAMP_420;
  if (picture.channels() == 1) {
    format = TJPF_GRAY;
    subsampling = TJSAMP_GRAY;
  } else if (picture.channels() == 4) {
    format = TJPF_BGRX;
  } else if (picture.channels() != 3) {
    throw std::runtime_error("the Mat has neither one, three nor four channels");
  }
  encoder.reserve(picture.cols, picture.rows, subsampling);
  encoder.length = encoder.capacity;
  return finish(encoder, tjCompress2(encoder.handle, picture.data, picture.cols,
                                     static_cast<int>(picture.step), picture.rows, format,
                                     &encoder.buffer, &encoder.length, subsampling, quality,
                                     kFlags));
}

int32_t compressYuv(JpegEncoder& encoder, const uint8_t* pixels, YuvLayout layout, int width,
                    int height, int quality) {
  const uint8_t** planes = encoder.planes.of(pixels, layout, width, height);
  encoder.reserve(width, height, TJSAMP_420);
  encoder.length = encoder.capacity;
  return finish(encoder, tjCompressFromYUVPlanes(encoder.handle, planes, width, nullptr, height,
                                                 TJSAMP_420, &encoder.buffer, &encoder.length,
                                                 quality, kFlags));
}

}  // namespace

BRIDGE JpegEncoder* jpeg_encoder_create(Error* error) noexcept {
  return guarded<JpegEncoder*>(error, nullptr, [&]() -> JpegEncoder* {
    auto encoder = std::make_unique<JpegEncoder>();
    if (encoder->handle == nullptr) throw std::runtime_error(tjGetErrorStr2(nullptr));
    return encoder.release();
  });
}

BRIDGE int32_t jpeg_encoder_encode(Error* error, JpegEncoder* encoder, const cv::Mat* picture,
                                   int32_t layout, int32_t width, int32_t height,
                                   int32_t quality) noexcept {
  return guarded<int32_t>(error, kFailed, [&] {
    checkPicture(*picture);
    if (layout < 0) return compress(*encoder, *picture, quality);
    const auto form = static_cast<YuvLayout>(layout);
    const size_t held = picture->total() * picture->elemSize();
    const size_t needed = yuvBytes(form, width, height);
    if (!picture->isContinuous() || held < needed) {
      throw std::runtime_error("the Mat holds " + std::to_string(held) + " bytes, a frame of " +
                               std::to_string(width) + "x" + std::to_string(height) + " needs " +
                               std::to_string(needed));
    }
    return compressYuv(*encoder, picture->data, form, width, height, quality);
  });
}

BRIDGE int32_t jpeg_encoder_take(const JpegEncoder* encoder, uint8_t* into,
                                 uint32_t intoBytes) noexcept {
  if (intoBytes < encoder->length) return kFailed;
  std::memcpy(into, encoder->buffer, encoder->length);
  return kOk;
}

BRIDGE void jpeg_encoder_release(JpegEncoder* encoder) noexcept { delete encoder; }
