// The test source's picture: it moves, and tells which frame it is and when it was captured.
#include <chrono>
#include <cmath>
#include <ctime>
#include <memory>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "jpeg_encoder.h"
#include "yuv.h"

using namespace bridge;

namespace {

constexpr int kStripRows = 16;
constexpr int kLabelFont = cv::FONT_HERSHEY_SIMPLEX;

// A frame's memory, which goes round, and the parts of it that are not background
struct Sheet {
  cv::Mat frame;
  std::vector<cv::Rect> drawn;
};

// Walks to and fro between two bounds.
int bounce(double distance, int low, int high) {
  const int span = std::max(1, high - low);
  const double phase = std::fmod(distance, 2 * span);
  return low + static_cast<int>(std::lround(phase < span ? phase : 2 * span - phase));
}

// CRC-8 of a number's four bytes, most significant first: polynomial 0x07, initial value 0
uint8_t crc8(uint32_t number) {
  uint8_t crc = 0;
  for (int shift = 24; shift >= 0; shift -= 8) {
    crc ^= static_cast<uint8_t>(number >> shift);
    for (int bit = 0; bit < 8; ++bit) {
      crc = static_cast<uint8_t>(crc & 0x80 ? crc << 1 ^ 0x07 : crc << 1);
    }
  }
  return crc;
}

// The date and time of a moment of the monotonic clock, in UTC and to the millisecond
std::string wallClock(double monotonicMicros) {
  using namespace std::chrono;
  const auto ahead = static_cast<int64_t>(monotonicMicros - monotonic_micros());
  const auto moment = time_point_cast<milliseconds>(system_clock::now() + microseconds(ahead));
  const int64_t millis = moment.time_since_epoch().count();
  const auto seconds = static_cast<std::time_t>(millis / 1000);
  std::tm parts = {};
  gmtime_r(&seconds, &parts);
  char text[32];
  const size_t length = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  std::snprintf(text + length, sizeof text - length, ".%03d", static_cast<int>(millis % 1000));
  return text;
}

}  // namespace

// Frame n is captured n / fps seconds after the zero of the monotonic clock, so that any program on
// this machine can tell a picture's age from its pixels alone.
struct TestPattern {
  TestPattern(int width, int height, double fps)
      : width_(width), height_(height), fps_(fps), background_(height * 3 / 2, width, CV_8UC1) {
    CV_Assert(width % 2 == 0 && width > 0 && height % 2 == 0 && height >= kStripRows && fps > 0);
    drawBackground();
  }

  int64_t nextIndex() const { return static_cast<int64_t>(monotonic_micros() * fps_ / 1e6) + 1; }

  double timeOf(int64_t index) const { return static_cast<double>(index) * 1e6 / fps_; }

  // Makes `into` frame `index`: a Mat gets the memory of a frame that nobody has any more.
  void draw(cv::Mat& into, int64_t index) {
    into.release();
    Sheet& sheet = cleanSheet();
    sheet.drawn = {drawBall(sheet.frame, index), drawHand(sheet.frame, index),
                   drawWords(sheet.frame, index)};
    drawNumber(sheet.frame, static_cast<uint32_t>(index));
    into = sheet.frame;
  }

 private:
  Sheet& cleanSheet() {
    for (Sheet& sheet : sheets_) {
      if (sheet.frame.u->refcount != 1) continue;
      // A copy of the whole background costs several times as much.
      for (const cv::Rect& part : sheet.drawn) copyPartOfPlanes(background_, sheet.frame, part);
      return sheet;
    }
    return sheets_.emplace_back(Sheet{background_.clone(), {}});
  }

  cv::Rect drawBall(cv::Mat& frame, int64_t index) const {
    const double seconds = static_cast<double>(index) / fps_;
    const int radius = height_ / 18;
    const cv::Point center(bounce(seconds * width_ / 3, radius, width_ - radius),
                           bounce(seconds * height_ / 2, kStripRows + radius, height_ - radius));
    const cv::Point reach(radius + 2, radius + 2);
    drawDisc(frame, center, radius, {40, 200, 255}, cv::LINE_8);
    return {center - reach, center + reach};
  }

  // One turn every four seconds
  cv::Rect drawHand(cv::Mat& frame, int64_t index) const {
    const double angle = CV_2PI * static_cast<double>(index) / fps_ / 4;
    const double length = height_ / 8.0;
    const cv::Point hub(width_ / 2, height_ / 2);
    const cv::Point tip(hub.x + cvRound(length * std::sin(angle)),
                        hub.y - cvRound(length * std::cos(angle)));
    const int thickness = std::max(1, cvRound(height_ / 240.0));
    drawOnPlanes(frame, {255, 255, 255}, [&](cv::Mat& plane, const cv::Scalar& value, int scale) {
      cv::line(plane, hub / scale, tip / scale, value, std::max(1, thickness / scale), cv::LINE_AA);
    });
    const cv::Point margin(thickness + 2, thickness + 2);
    const cv::Rect box(hub, tip);
    return {box.tl() - margin, box.br() + margin};
  }

  // In luma alone: the ground is grey there.
  cv::Rect drawWords(cv::Mat& frame, int64_t index) const {
    const std::string words = wallClock(timeOf(index)) + "  frame " + std::to_string(index);
    const cv::Point origin(cvRound(height_ / 36.0), cvRound(height_ * 0.95));
    const double scale = height_ / 720.0;
    cv::putText(planesOf(frame)[0], words, origin, kLabelFont, scale, cv::Scalar(255), 1, cv::LINE_8);
    int below = 0;
    const cv::Size size = cv::getTextSize(words, kLabelFont, scale, 1, &below);
    return {origin.x - 2, origin.y - size.height - 2, size.width + 4, size.height + below + 4};
  }

  // The top rows hold 40 cells of equal width, white for 1 and black for 0: 32 bits of the number,
  // most significant first, then their CRC-8.
  void drawNumber(cv::Mat& frame, uint32_t number) const {
    const uint64_t bits = static_cast<uint64_t>(number) << 8 | crc8(number);
    uint8_t* top = frame.ptr(0);
    for (int cell = 0; cell < 40; ++cell) {
      const int from = cell * width_ / 40;
      const int to = (cell + 1) * width_ / 40;
      std::memset(top + from, bits >> (39 - cell) & 1 ? 255 : 0, static_cast<size_t>(to - from));
    }
    for (int row = 1; row < kStripRows; ++row) std::memcpy(frame.ptr(row), top, frame.step);
  }

  // Colour bars above, and below a field of discs with about as much detail as a filmed room.
  void drawBackground() {
    const cv::Scalar bars[] = {{192, 192, 192}, {0, 192, 192}, {192, 192, 0}, {0, 192, 0},
                               {192, 0, 192},   {0, 0, 192},   {192, 0, 0}};
    for (int bar = 0; bar < 7; ++bar) {
      drawBox(bar * width_ / 7, 0, (bar + 1) * width_ / 7 - 1, height_ - 1, bars[bar]);
    }
    cv::RNG random(1);
    for (int disc = 0; disc < height_ / 2; ++disc) {
      const cv::Point center(random.uniform(0, width_),
                             height_ / 2 + random.uniform(0, std::max(1, height_ * 2 / 5)));
      const int radius = 2 + random.uniform(0, std::max(1, height_ / 36));
      const cv::Scalar color(random.uniform(0, 256), random.uniform(0, 256),
                             random.uniform(0, 256));
      drawDisc(background_, center, radius, color, cv::LINE_AA);
    }
    drawBox(0, cvRound(height_ * 0.91), width_ - 1, height_ - 1, {24, 24, 24});
    drawBox(0, 0, width_ - 1, kStripRows - 1, {0, 0, 0});
  }

  void drawBox(int left, int top, int right, int bottom, const cv::Scalar& color) {
    drawOnPlanes(background_, color, [&](cv::Mat& plane, const cv::Scalar& value, int scale) {
      cv::rectangle(plane, cv::Point(left, top) / scale, cv::Point(right, bottom) / scale, value,
                    cv::FILLED);
    });
  }

  static void drawDisc(cv::Mat& frame, cv::Point center, int radius, const cv::Scalar& color,
                       int edge) {
    drawOnPlanes(frame, color, [&](cv::Mat& plane, const cv::Scalar& value, int scale) {
      cv::circle(plane, center / scale, radius / scale, value, cv::FILLED, edge);
    });
  }

  int width_;
  int height_;
  double fps_;
  cv::Mat background_;
  std::vector<Sheet> sheets_;
};

BRIDGE TestPattern* test_pattern_create(Error* error, int32_t width, int32_t height,
                                        double fps) noexcept {
  return guarded<TestPattern*>(error, nullptr,
                               [&] { return new TestPattern(width, height, fps); });
}

// The next frame, at its time: it is drawn ahead, as a camera's picture is ready at its time.
BRIDGE int32_t test_pattern_read(Error* error, TestPattern* pattern, cv::Mat* into,
                                 double* capturedAtMicros) noexcept {
  return guarded(error, [&] {
    const int64_t index = pattern->nextIndex();
    pattern->draw(*into, index);
    *capturedAtMicros = pattern->timeOf(index);
    sleep_until(*capturedAtMicros);
  });
}

// The same, and compresses it in the same call. The length of the JPEG.
BRIDGE int32_t test_pattern_read_compressed(Error* error, TestPattern* pattern, cv::Mat* into,
                                            JpegEncoder* encoder, int32_t quality,
                                            double* capturedAtMicros) noexcept {
  const int32_t status = test_pattern_read(error, pattern, into, capturedAtMicros);
  if (status < 0) return status;
  return jpeg_encoder_encode(error, encoder, into, static_cast<int32_t>(YuvLayout::kYuvj420p),
                             into->cols, into->rows * 2 / 3, quality);
}

BRIDGE void test_pattern_release(TestPattern* pattern) noexcept { delete pattern; }
