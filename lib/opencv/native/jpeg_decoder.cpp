// JPEG to BGR, strict: whatever is not a whole picture is damaged, with the library's words.
#include "bridge.h"

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <vector>

#ifdef HAVE_TURBOJPEG
#include <turbojpeg.h>
#else
#include <opencv2/imgcodecs.hpp>
#endif

using namespace bridge;

namespace {

// A header of some bytes can claim 65,500 x 65,500 pixels, 13 GB. An 8K frame has 33 million.
constexpr int64_t kMaxPixels = 64 * 1024 * 1024;

}  // namespace

struct JpegDecoder {
#ifdef HAVE_TURBOJPEG
  tjhandle handle = tjInitDecompress();
  ~JpegDecoder() {
    if (handle != nullptr) tjDestroy(handle);
  }
#endif
};

namespace {

#ifdef HAVE_TURBOJPEG
constexpr int kFlags = TJFLAG_STOPONWARNING
#ifdef TJFLAG_LIMITSCANS
                       | TJFLAG_LIMITSCANS  // a progressive file can ask for endless passes
#endif
    ;

// Some cameras pad the picture data with a few bytes before its end. Every pixel is there by then.
bool isPaddingBeforeEnd(const char* warning) {
  unsigned bytes = 0;
  unsigned marker = 0;
  return std::sscanf(warning, "Corrupt JPEG data: %u extraneous bytes before marker 0x%x", &bytes,
                     &marker) == 2 &&
         marker == 0xd9 && bytes <= 16;
}

void decompressWith(tjhandle handle, const uint8_t* jpeg, uint32_t jpegBytes, cv::Mat& into,
                    int scale) {
  int width = 0, height = 0, subsampling = 0, colorspace = 0;
  if (tjDecompressHeader3(handle, jpeg, jpegBytes, &width, &height, &subsampling, &colorspace) !=
      0) {
    throw std::runtime_error(tjGetErrorStr2(handle));
  }
  if (width < 1 || height < 1) throw std::runtime_error("there is no picture in it, only tables");
  if (static_cast<int64_t>(width) * height > kMaxPixels) {
    throw std::runtime_error("it claims " + std::to_string(width) + "x" + std::to_string(height) +
                             " pixels, more than the " + std::to_string(kMaxPixels) + " allowed");
  }
  const tjscalingfactor factor = {1, scale};
  into.create(TJSCALED(height, factor), TJSCALED(width, factor), CV_8UC3);
  if (tjDecompress2(handle, jpeg, jpegBytes, into.data, into.cols, static_cast<int>(into.step),
                    into.rows, TJPF_BGR, kFlags) != 0) {
    const char* words = tjGetErrorStr2(handle);
    if (!isPaddingBeforeEnd(words)) throw std::runtime_error(words);
  }
}

void decompress(JpegDecoder& decoder, const uint8_t* jpeg, uint32_t jpegBytes, cv::Mat& into,
                int scale) {
  if (decoder.handle == nullptr) throw std::runtime_error(tjGetErrorStr2(nullptr));
  try {
    decompressWith(decoder.handle, jpeg, jpegBytes, into, scale);
  } catch (...) {
    // After a broken header TurboJPEG 2.1 takes the next picture for the rest of this one.
    tjDestroy(decoder.handle);
    decoder.handle = tjInitDecompress();
    throw;
  }
}
#else
void decompress(JpegDecoder&, const uint8_t* jpeg, uint32_t jpegBytes, cv::Mat& into, int scale) {
  // OpenCV fills what is missing with gray and says nothing, so both ends are looked at first.
  if (jpegBytes < 4 || jpeg[0] != 0xff || jpeg[1] != 0xd8) {
    throw std::runtime_error("it does not begin like a JPEG");
  }
  if (jpeg[jpegBytes - 2] != 0xff || jpeg[jpegBytes - 1] != 0xd9) {
    throw std::runtime_error("it has no end: premature end of data");
  }
  const int mode = scale == 1   ? cv::IMREAD_COLOR
                   : scale == 2 ? cv::IMREAD_REDUCED_COLOR_2
                   : scale == 4 ? cv::IMREAD_REDUCED_COLOR_4
                                : cv::IMREAD_REDUCED_COLOR_8;
  const cv::Mat bytes(1, static_cast<int>(jpegBytes), CV_8UC1, const_cast<uint8_t*>(jpeg));
  cv::Mat picture = cv::imdecode(bytes, mode | cv::IMREAD_IGNORE_ORIENTATION, &into);
  if (picture.empty()) throw std::runtime_error("OpenCV's JPEG codec cannot read it");
}
#endif

}  // namespace

BRIDGE JpegDecoder* jpeg_decoder_create(char* error, uint32_t errorBytes) noexcept {
  return guarded<JpegDecoder*>(error, errorBytes, nullptr, [&]() -> JpegDecoder* {
    auto decoder = std::make_unique<JpegDecoder>();
#ifdef HAVE_TURBOJPEG
    if (decoder->handle == nullptr) throw std::runtime_error(tjGetErrorStr2(nullptr));
#endif
    return decoder.release();
  });
}

// `scale` 1, 2, 4 or 8: the picture comes out at that fraction of its size
BRIDGE int32_t jpeg_decoder_decode(JpegDecoder* decoder, const uint8_t* jpeg, uint32_t jpegBytes,
                                   cv::Mat* into, int32_t scale, char* error,
                                   uint32_t errorBytes) noexcept {
  return guarded<int32_t>(error, errorBytes, kDamaged, [&] {
    if (jpegBytes == 0) throw std::runtime_error("it is empty");
    decompress(*decoder, jpeg, jpegBytes, *into, scale);
    return static_cast<int32_t>(kOk);
  });
}

BRIDGE void jpeg_decoder_release(JpegDecoder* decoder) noexcept { delete decoder; }
