// cv::VideoCapture, and in plain words why one could not be opened.
#include "jpeg_encoder.h"
#include "ffmpeg_guard.h"
#include "opencv_log.h"

#include <algorithm>
#include <cerrno>
#include <memory>

#include <opencv2/videoio.hpp>
#include <opencv2/videoio/registry.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace bridge;

namespace {

// No picture of a film stays longer: who waits for the next one would take the film for lost.
constexpr double kLongestGapMs = 2000;

// Pictures that are closer have times of a container's clock, not of their own.
constexpr double kShortestGapMs = 0.5;

// What the operating system says about a path; empty where it has no objection. OpenCV itself only
// ever says that it could not open the thing.
std::string objectionTo(const std::string& path) {
  struct stat facts;
  if (stat(path.c_str(), &facts) != 0) {
    return errno == ENOENT ? "there is no such file or device" : std::strerror(errno);
  }
  if (S_ISDIR(facts.st_mode)) return "it is a directory";
  if (S_ISREG(facts.st_mode) && facts.st_size == 0) return "the file is empty";
  if (!S_ISREG(facts.st_mode) && !S_ISCHR(facts.st_mode)) return {};  // opening a FIFO takes a byte
  const int descriptor = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == EACCES && S_ISCHR(facts.st_mode)) {
      return "permission denied; is this user in the group of that device (often \"video\")?";
    }
    return std::strerror(errno);
  }
  close(descriptor);
  return {};
}

// A pipeline for GStreamer and a URL are not paths; neither is a numbered pattern of pictures.
bool isPath(const std::string& source, int32_t api) {
  return api != cv::CAP_GSTREAMER && source.find("://") == std::string::npos &&
         source.find('%') == std::string::npos;
}

// What is so where nobody says more. OpenCV logs its reasons, and the log is off.
const char* generalWords(const char* source, int32_t api) {
  if (api == cv::CAP_GSTREAMER && source != nullptr) {
    return "GStreamer cannot start this pipeline";
  }
  return source == nullptr || std::strncmp(source, "/dev/", 5) == 0
             ? "OpenCV gets no picture from it; does another program use it?"
             : "OpenCV finds no video in it";
}

// What GStreamer said of a pipeline, in OpenCV's log: an element's own report where there is one.
std::string wordsOfGStreamer(const std::string& log) {
  for (const std::string mark : {" reported: ", "GStreamer warning: "}) {
    const size_t at = log.find(mark);
    if (at == std::string::npos) continue;
    std::string words = log.substr(at + mark.size());
    words.erase(std::min(words.find('\n'), words.size()));
    while (!words.empty() && words.back() == '.') words.pop_back();
    return words;
  }
  return {};
}

// A backend that the caller chose may throw its reasons. Where OpenCV tries one after the other, the
// last one's would mislead, and "could not open" is none.
bool openWithWords(cv::VideoCapture& capture, const char* source, int32_t index, int32_t api) {
  capture.setExceptionMode(api != cv::CAP_ANY);
  bool opened = false;
  try {
    opened = source != nullptr ? capture.open(source, api) : capture.open(index, api);
  } catch (const cv::Exception& failure) {
    if (failure.err.find("could not open") == std::string::npos) throw;
  }
  capture.setExceptionMode(false);
  return opened;
}

}  // namespace

// 1 where this OpenCV was built with that backend
BRIDGE int32_t capture_has_backend(Error* error, int32_t api) noexcept {
  return guarded<int32_t>(error, kFailed, [&]() -> int32_t {
    return cv::videoio_registry::hasBackend(static_cast<cv::VideoCaptureAPIs>(api)) ? 1 : 0;
  });
}

// Opens `source`, or camera `index` where `source` is null.
BRIDGE cv::VideoCapture* capture_open(Error* error, const char* source, int32_t index,
                                      int32_t api) noexcept {
  return guarded<cv::VideoCapture*>(error, nullptr, [&]() -> cv::VideoCapture* {
    std::string path = source != nullptr ? source : "";
#ifdef __linux__
    if (source == nullptr && (api == cv::CAP_ANY || api == cv::CAP_V4L2)) {
      path = "/dev/video" + std::to_string(index);
    }
#endif
    if (!path.empty() && isPath(path, api)) {
      const std::string objection = objectionTo(path);
      if (!objection.empty()) {
        error->say(objection);
        return nullptr;
      }
    }
    auto capture = std::make_unique<cv::VideoCapture>();
    std::string words;
    const bool opened = [&] {
      if (api != cv::CAP_GSTREAMER) return openWithWords(*capture, source, index, api);
      LogListener listener;
      const bool worked = openWithWords(*capture, source, index, api);
      words = wordsOfGStreamer(listener.text);
      return worked;
    }();
    if (!opened) {
      error->say(words.empty() ? generalWords(source, api) : words);
      return nullptr;
    }
    return capture.release();
  });
}

// A failed read leaves `into` as it is: the last picture stays, and so does its memory.
BRIDGE int32_t capture_read(Error* error, cv::VideoCapture* capture, cv::Mat* into) noexcept {
  return guarded<int32_t>(error, kFailed, [&]() -> int32_t {
    const ChangeGuard guard;
    if (capture->grab() && capture->retrieve(*into) && !into->empty()) return kOk;
    if (!guard.changed()) return kNoFrame;
    error->say("the size or pixel format of its pictures has changed");
    return kFailed;
  });
}

// Reads the next picture of a film, and holds it back until its time. `clock` may be null. `pace`
// goes in and out: the three figures of film_pace.ts.
BRIDGE int32_t capture_read_paced(Error* error, cv::VideoCapture* capture, cv::VideoCapture* clock,
                                  cv::Mat* into, double* pace) noexcept {
  const int32_t status = capture_read(error, capture, into);
  if (status != kOk) return status;
  return guarded(error, [&] {
    double& beginningMicros = pace[0];
    double& positionMs = pace[1];
    const ChangeGuard guard;  // a clock that met a change goes wrong, and need not go on
    const bool hasTimes = clock == nullptr || clock->grab();
    const double ownMs =
        hasTimes ? (clock ? clock : capture)->get(cv::CAP_PROP_POS_MSEC) : positionMs;
    if (ownMs > positionMs + kShortestGapMs) pace[2] = ownMs - positionMs;
    positionMs += pace[2];
    if (pace[2] > kLongestGapMs) beginningMicros -= (pace[2] - kLongestGapMs) * 1000;
    sleep_until(beginningMicros + positionMs * 1000);
  });
}

// Reads, and compresses what was read in the same call; `layout` is negative for BGR. The length of
// the JPEG; kDamaged where there is a picture that cannot be compressed.
BRIDGE int32_t capture_read_compressed(Error* error, cv::VideoCapture* capture, cv::Mat* into,
                                       JpegEncoder* encoder, int32_t layout, int32_t width,
                                       int32_t height, int32_t quality,
                                       double* readAtMicros) noexcept {
  const int32_t status = capture_read(error, capture, into);
  if (status != kOk) return status;
  *readAtMicros = monotonic_micros();
  const int32_t length =
      jpeg_encoder_encode(error, encoder, into, layout, width, height, quality);
  return length < 0 ? static_cast<int32_t>(kDamaged) : length;
}

BRIDGE int32_t capture_get(Error* error, const cv::VideoCapture* capture, int32_t property,
                           double* value) noexcept {
  return guarded(error, [&] { *value = capture->get(property); });
}

// 1 where the backend took the value, 0 where it refused
BRIDGE int32_t capture_set(Error* error, cv::VideoCapture* capture, int32_t property,
                           double value) noexcept {
  return guarded<int32_t>(error, kFailed,
                          [&]() -> int32_t { return capture->set(property, value) ? 1 : 0; });
}

BRIDGE int32_t capture_backend(Error* error, const cv::VideoCapture* capture, char* text,
                               uint32_t textBytes) noexcept {
  return guarded(error, [&] { copyText(text, textBytes, capture->getBackendName()); });
}

BRIDGE int32_t capture_release(Error* error, cv::VideoCapture* capture) noexcept {
  return guarded(error, [&] { delete capture; });
}
