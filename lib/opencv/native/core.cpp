// The library as a whole: its versions, its start-up, its clock, and what the system knows about
// this process and Deno only tells a program that may read everything.
#include "bridge.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <thread>

#include <opencv2/core/utils/logger.hpp>

#include <time.h>

#ifdef __APPLE__
#include <crt_externs.h>
#define environ (*_NSGetEnviron())
#else
#include <unistd.h>
#endif

using namespace bridge;

BRIDGE uint32_t bridge_abi_version() noexcept { return kAbiVersion; }

BRIDGE void bridge_opencv_version(char* text, uint32_t textBytes) noexcept {
  copyText(text, textBytes, CV_VERSION);
}

// Once per process, whatever the number of workers. Users get one line per failure, ours, so OpenCV,
// FFmpeg and GStreamer are silent unless their own variables ask them to speak.
BRIDGE void bridge_initialise() noexcept {
  static std::once_flag once;
  std::call_once(once, [] {
    if (std::getenv("OPENCV_LOG_LEVEL") == nullptr) {
      cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    }
    if (std::getenv("OPENCV_FFMPEG_DEBUG") == nullptr) {
      setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);  // AV_LOG_QUIET
    }
    if (std::getenv("GST_DEBUG") == nullptr) silence_glib();
    // A read that waits in vain returns after a second, so that a camera can always be closed.
    setenv("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "1", 0);
    // Its pool spins between jobs, which costs more than it gains on one picture at a time.
    cv::setNumThreads(1);
  });
}

// CLOCK_MONOTONIC itself and not std::chrono, because V4L2 stamps its frames with it.
BRIDGE double monotonic_micros() noexcept {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

BRIDGE void sleep_until(double monotonicMicros) noexcept {
  const double micros = monotonicMicros - monotonic_micros();
  if (micros > 0) std::this_thread::sleep_for(std::chrono::duration<double, std::micro>(micros));
}

// The names of the environment variables that begin with `prefix`, with a space behind each.
BRIDGE void environment_names(const char* prefix, char* names, uint32_t namesBytes) noexcept {
  Error error;
  guarded(&error, [&] {
    std::string found;
    for (char** entry = environ; *entry != nullptr; ++entry) {
      if (std::strncmp(*entry, prefix, std::strlen(prefix)) != 0) continue;
      found.append(*entry, std::strcspn(*entry, "=")).append(" ");
    }
    copyText(names, namesBytes, found);
  });
}

// Whether whoever started the process let it ignore that its terminal is closed, as nohup does.
BRIDGE int32_t hangup_is_ignored() noexcept {
  struct sigaction action {};
  return sigaction(SIGHUP, nullptr, &action) == 0 && action.sa_handler == SIG_IGN ? 1 : 0;
}
