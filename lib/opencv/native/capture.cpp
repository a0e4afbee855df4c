// The library of cameras, films and streams as a whole: its version and its start-up.
#include "bridge.h"

#include <cstdlib>

using namespace bridge;

BRIDGE uint32_t capture_abi_version() noexcept { return kAbiVersion; }

// GStreamer is silent, too, unless its own variable asks it to speak.
BRIDGE void capture_initialise() noexcept {
  if (std::getenv("GST_DEBUG") == nullptr) silence_glib();
}
