// The library of cameras, films and streams as a whole: its version and its start-up.
#include "bridge.h"

#include <cstdlib>
#include <mutex>

using namespace bridge;

BRIDGE uint32_t capture_abi_version() noexcept { return kAbiVersion; }

// Once per process. FFmpeg and GStreamer are silent, too, unless their own variables ask them to speak.
BRIDGE void capture_initialise() noexcept {
  static std::once_flag once;
  std::call_once(once, [] {
    if (std::getenv("OPENCV_FFMPEG_DEBUG") == nullptr) {
      setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);  // AV_LOG_QUIET
    }
    if (std::getenv("GST_DEBUG") == nullptr) silence_glib();
    // A read that waits in vain returns after a second, so that a camera can always be closed.
    setenv("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "1", 0);
  });
}
