// OpenCV's log has no callback before 4.11; it is written to std::cerr, whose buffer is replaced here.
#include "opencv_log.h"

#include <iostream>
#include <mutex>
#include <streambuf>

#include <opencv2/core/utils/logger.hpp>

namespace logging = cv::utils::logging;

namespace {

thread_local std::string* heard = nullptr;

// Two calls on two threads may listen at once, and one of them may hang for ever.
std::mutex guard;
int listeners = 0;
logging::LogLevel levelBefore = logging::LOG_LEVEL_SILENT;

class Tap : public std::streambuf {
 public:
  explicit Tap(std::streambuf* beneath) : beneath_(beneath) {}

 protected:
  std::streamsize xsputn(const char* text, std::streamsize count) override {
    if (heard != nullptr) {
      heard->append(text, static_cast<size_t>(count));
    } else if (levelBefore >= logging::LOG_LEVEL_WARNING || listeners == 0) {
      beneath_->sputn(text, count);
    }
    return count;
  }

  int overflow(int character) override {
    const char text = static_cast<char>(character);
    if (character != traits_type::eof()) xsputn(&text, 1);
    return 0;
  }

  int sync() override { return beneath_->pubsync(); }

 private:
  std::streambuf* beneath_;
};

}  // namespace

bridge::LogListener::LogListener() {
  const std::lock_guard<std::mutex> lock(guard);
  // Never freed, nor is its code unloaded: std::cerr outlives everything.
  static Tap* const tap = new Tap(std::cerr.rdbuf());
  std::cerr.rdbuf(tap);
  if (listeners++ == 0) levelBefore = logging::getLogLevel();
  if (levelBefore < logging::LOG_LEVEL_WARNING) {
    logging::setLogLevel(logging::LOG_LEVEL_WARNING);
  }
  heard = &text;
}

bridge::LogListener::~LogListener() {
  const std::lock_guard<std::mutex> lock(guard);
  heard = nullptr;
  if (--listeners == 0) logging::setLogLevel(levelBefore);
}
