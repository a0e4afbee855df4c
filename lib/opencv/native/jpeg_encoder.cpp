// Pictures to JPEG, by TurboJPEG.
#include "jpeg_encoder.h"

#include <turbojpeg.h>

#include <memory>
#include <stdexcept>

#include "yuv_planes.h"

using namespace bridge;

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
