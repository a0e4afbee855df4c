// What every part of the bridge to OpenCV shares.
#pragma once

#include <opencv2/core.hpp>

#include "call.h"

namespace bridge {

// No words of GLib's on stderr; gstreamer.cpp.
void silence_glib();

}  // namespace bridge
