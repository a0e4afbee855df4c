// JPEG to BGR by libjpeg itself: what TurboJPEG makes of its warnings is either too strict, when
// it stops at the first, or says nothing of how much of the picture is there.
#include "bridge.h"

#include <csetjmp>
#include <cstdio>
#include <stdexcept>
#include <vector>

#include "jpeg_loss.h"
#include "jpeg_orientation.h"
#include "jpeg_restarts.h"

using namespace bridge;

namespace {

// A header of some bytes can claim 65,500 x 65,500 pixels, 13 GB. An 8K frame has 33 million.
constexpr int64_t kMaxPixels = 64 * 1024 * 1024;
// A progressive file can ask for endless passes.
constexpr int kMaxScans = 500;
// What is kept of the segment with the orientation, which stands at its beginning
constexpr unsigned kExifBytes = 4096;

// One picture's decompressor: nothing, such as tables, is left over from another picture.
class Reading {
 public:
  Reading(const uint8_t* jpeg, size_t jpegBytes) {
    info_.err = jpeg_std_error(&errors_);
    errors_.error_exit = [](j_common_ptr info) { self(info).fail(); };
    errors_.emit_message = [](j_common_ptr info, int level) {
      if (level < 0) self(info).loss_.warned(&self(info).info_);
    };
    errors_.output_message = [](j_common_ptr) {};
    info_.client_data = this;
    if (setjmp(failed_)) raise();
    jpeg_create_decompress(&info_);
    progress_.progress_monitor = [](j_common_ptr info) {
      if (self(info).info_.input_scan_number > kMaxScans) self(info).fail("it has too many scans");
    };
    info_.progress = &progress_;
    source_.next_input_byte = jpeg;
    source_.bytes_in_buffer = jpegBytes;
    source_.init_source = source_.term_source = [](j_decompress_ptr) {};
    source_.fill_input_buffer = [](j_decompress_ptr info) { return self(info).ranOut(); };
    source_.skip_input_data = [](j_decompress_ptr info, long bytes) { self(info).skip(bytes); };
    source_.resync_to_restart = [](j_decompress_ptr info, int desired) {
      const boolean done = jpeg_resync_to_restart(info, desired);
      self(info).loss_.resynchronized(info);
      return done;
    };
    info_.src = &source_;
  }
  ~Reading() { jpeg_destroy_decompress(&info_); }
  Reading(const Reading&) = delete;

  // `turned` is memory for a picture that does not come upright.
  void read(cv::Mat& into, cv::Mat& turned, int scale, const unsigned* restartInterval = nullptr) {
    readHeader(scale);
    announcedInterval_ = info_.restart_interval;
    if (restartInterval != nullptr) info_.restart_interval = *restartInterval;
    const bool hasFourInks = info_.out_color_space == JCS_CMYK;
    const int orientation = findOrientation();
    cv::Mat& picture = orientation == 1 ? into : turned;
    picture.create(static_cast<int>(info_.output_height), static_cast<int>(info_.output_width),
                   CV_8UC3);
    if (hasFourInks) {
      std::vector<uint8_t> inks(picture.cols * size_t{4});
      readInks(picture, inks.data());
    } else {
      std::vector<uint8_t*> rows(picture.rows);
      for (int row = 0; row < picture.rows; ++row) rows[row] = picture.ptr(row);
      readRows(rows.data());
    }
    judge();
    if (orientation != 1) makeUpright(turned, orientation, into);
  }

  // Whether the restart markers may be so far apart, other than announced
  bool guessRestartInterval(const uint8_t* jpeg, size_t jpegBytes, unsigned& interval) const {
    interval = bridge::guessRestartInterval(info_, jpeg, jpegBytes);
    return interval != announcedInterval_;
  }

 private:
  static Reading& self(j_common_ptr info) { return *static_cast<Reading*>(info->client_data); }
  static Reading& self(j_decompress_ptr info) { return *static_cast<Reading*>(info->client_data); }

  // The functions that call libjpeg have no objects of their own: a jump would not destroy them.
  void readHeader(int scale) {
    if (setjmp(failed_)) raise();
    jpeg_save_markers(&info_, JPEG_APP0 + 1, kExifBytes);
    jpeg_read_header(&info_, TRUE);
    const int64_t pixels = int64_t{info_.image_width} * info_.image_height;
    if (pixels > kMaxPixels) {
      std::snprintf(words_, sizeof words_, "it claims %ux%u pixels, more than the %lld allowed",
                    info_.image_width, info_.image_height, static_cast<long long>(kMaxPixels));
      raise();
    }
    const bool hasFourInks =
        info_.jpeg_color_space == JCS_CMYK || info_.jpeg_color_space == JCS_YCCK;
    info_.out_color_space = hasFourInks ? JCS_CMYK : JCS_EXT_BGR;
    info_.scale_num = 1;
    info_.scale_denom = static_cast<unsigned>(scale);
    jpeg_calc_output_dimensions(&info_);
  }

  void readRows(uint8_t** rows) {
    if (setjmp(failed_)) raise();
    jpeg_start_decompress(&info_);
    while (info_.output_scanline < info_.output_height) {
      jpeg_read_scanlines(&info_, rows + info_.output_scanline,
                          info_.output_height - info_.output_scanline);
    }
  }

  // Whoever writes four inks writes them inverted, as Photoshop began it: 255 is none of it.
  void readInks(cv::Mat& picture, uint8_t* inks) {
    if (setjmp(failed_)) raise();
    jpeg_start_decompress(&info_);
    while (info_.output_scanline < info_.output_height) {
      uint8_t* row = picture.ptr(static_cast<int>(info_.output_scanline));
      jpeg_read_scanlines(&info_, &inks, 1);
      for (unsigned x = 0; x < info_.output_width; ++x) {
        const unsigned key = inks[x * 4 + 3];
        for (unsigned c = 0; c < 3; ++c) {
          row[x * 3 + c] = static_cast<uint8_t>((inks[x * 4 + 2 - c] * key + 127) / 255);
        }
      }
    }
  }

  int findOrientation() const {
    for (auto marker = info_.marker_list; marker != nullptr; marker = marker->next) {
      const int orientation = exifOrientation(marker->data, marker->data_length);
      if (orientation != 1) return orientation;
    }
    return 1;
  }

  // Whole is what was decoded, whatever libjpeg warned of on the way.
  void judge() const {
    if (loss_.worst() > kMostMissing) {
      const int percent = static_cast<int>((1 - loss_.worst()) * 100);
      throw std::runtime_error("only " + std::to_string(percent) + " % of it is there: " +
                               loss_.words);
    }
    for (int c = 0; c < info_.num_components; ++c) {
      // Latched when a scan with that component begins
      if (info_.comp_info[c].quant_table == nullptr) {
        throw std::runtime_error("the data of one of its colours are missing");
      }
    }
    if (ranOut_ && info_.progressive_mode && !isRefined()) {
      throw std::runtime_error("only a rough version of it is there: it ends between two scans");
    }
  }

  // Whether a progressive picture came as far as its last bits
  bool isRefined() const {
    for (int c = 0; c < info_.num_components; ++c) {
      for (const int missingBits : info_.coef_bits[c]) {
        if (missingBits != 0) return false;
      }
    }
    return true;
  }

  // Behind the last byte libjpeg finds an end: what was cut short shows in the rows.
  boolean ranOut() {
    static const uint8_t kEnd[] = {0xff, JPEG_EOI};
    ranOut_ = true;
    source_.next_input_byte = kEnd;
    source_.bytes_in_buffer = sizeof kEnd;
    return TRUE;
  }

  void skip(long bytes) {
    if (bytes <= 0) return;
    if (static_cast<size_t>(bytes) > source_.bytes_in_buffer) {
      ranOut();
      return;
    }
    source_.next_input_byte += bytes;
    source_.bytes_in_buffer -= static_cast<size_t>(bytes);
  }

  [[noreturn]] void fail(const char* words = nullptr) {
    if (words != nullptr) {
      std::snprintf(words_, sizeof words_, "%s", words);
    } else {
      errors_.format_message(reinterpret_cast<j_common_ptr>(&info_), words_);
    }
    std::longjmp(failed_, 1);
  }

  [[noreturn]] void raise() const { throw std::runtime_error(words_); }

  jpeg_decompress_struct info_{};
  jpeg_error_mgr errors_{};
  jpeg_source_mgr source_{};
  jpeg_progress_mgr progress_{};
  JpegLoss loss_;
  bool ranOut_ = false;
  unsigned announcedInterval_ = 0;
  std::jmp_buf failed_;
  char words_[JMSG_LENGTH_MAX] = "";
};

}  // namespace

// One JPEG after another to BGR, upright, and the judgement on whether it is a picture
struct JpegDecoder {
  // Decodes at 1/scale of the size. Throws std::runtime_error, with words, where it is no picture;
  // `into` may hold parts of it by then.
  void decode(const uint8_t* jpeg, size_t jpegBytes, cv::Mat& into, int scale) {
    if (jpegBytes == 0) throw std::runtime_error("it is empty");
    Reading reading(jpeg, jpegBytes);
    try {
      reading.read(into, turned, scale);
    } catch (const std::runtime_error&) {
      unsigned interval = 0;
      if (!reading.guessRestartInterval(jpeg, jpegBytes, interval)) throw;
      const std::exception_ptr first = std::current_exception();
      try {
        Reading(jpeg, jpegBytes).read(into, turned, scale, &interval);
      } catch (const std::runtime_error&) {
        std::rethrow_exception(first);
      }
    }
  }

  cv::Mat turned;  // memory for pictures that do not come upright
};

BRIDGE JpegDecoder* jpeg_decoder_create(Error* error) noexcept {
  return guarded<JpegDecoder*>(error, nullptr, [] { return new JpegDecoder(); });
}

// `scale` 1, 2, 4 or 8: the picture comes out at that fraction of its size
BRIDGE int32_t jpeg_decoder_decode(Error* error, JpegDecoder* decoder, const uint8_t* jpeg,
                                   uint32_t jpegBytes, cv::Mat* into, int32_t scale) noexcept {
  return guarded<int32_t>(error, kDamaged, [&]() -> int32_t {
    decoder->decode(jpeg, jpegBytes, *into, scale);
    return kOk;
  });
}

BRIDGE void jpeg_decoder_release(JpegDecoder* decoder) noexcept { delete decoder; }
