// The library of pictures as a whole: its versions and its start-up.
#include "bridge.h"

#include <cstdlib>
#include <mutex>

#include <opencv2/core/utils/logger.hpp>

using namespace bridge;

BRIDGE uint32_t bridge_abi_version() noexcept { return kAbiVersion; }

BRIDGE void bridge_opencv_version(char* text, uint32_t textBytes) noexcept {
  copyText(text, textBytes, CV_VERSION);
}

// Once per process, whatever the number of workers. Users get one line per failure, ours, so OpenCV is
// silent unless its own variable asks it to speak.
BRIDGE void bridge_initialise() noexcept {
  static std::once_flag once;
  std::call_once(once, [] {
    if (std::getenv("OPENCV_LOG_LEVEL") == nullptr) {
      cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    }
    // Its pool spins between jobs, which costs more than it gains on one picture at a time.
    cv::setNumThreads(1);
  });
}
