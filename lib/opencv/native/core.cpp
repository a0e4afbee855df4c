// The library of pictures as a whole: its versions and its start-up.
#include "bridge.h"

#include <cstdlib>
#include <mutex>

#include <opencv2/core/utils/logger.hpp>

using namespace bridge;

BRIDGE uint32_t core_abi_version() noexcept { return kAbiVersion; }

BRIDGE void core_opencv_version(char* text, uint32_t textBytes) noexcept {
  copyText(text, textBytes, CV_VERSION);
}

// Once per process, whatever the number of workers. Users get one line per failure, ours, so OpenCV and
// FFmpeg are silent unless their own variables ask them to speak. What is set here for cameras is set
// before there are threads that look at the environment.
BRIDGE void core_initialise() noexcept {
  static std::once_flag once;
  std::call_once(once, [] {
    if (std::getenv("OPENCV_LOG_LEVEL") == nullptr) {
      cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    }
    if (std::getenv("OPENCV_FFMPEG_DEBUG") == nullptr) {
      setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);  // AV_LOG_QUIET
    }
    // A read that waits in vain returns after a second, so that a camera can always be closed.
    setenv("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "1", 0);
    // Its pool spins between jobs, which costs more than it gains on one picture at a time.
    cv::setNumThreads(1);
  });
}
