// What every part of the bridge shares: the export mark, the ABI number, and the guard that keeps
// C++ exceptions from crossing into JavaScript.
#pragma once

#include <cstdint>
#include <cstring>
#include <exception>
#include <string>

#include <opencv2/core.hpp>

#ifdef _WIN32
#define BRIDGE extern "C" __declspec(dllexport)
#else
#define BRIDGE extern "C" __attribute__((visibility("default")))
#endif

BRIDGE double monotonic_micros() noexcept;

// Waits for a moment of the monotonic clock; not at all for one that has passed.
BRIDGE void sleep_until(double monotonicMicros) noexcept;

namespace bridge {

// Raised whenever a symbol changes; symbols.ts holds the same number.
constexpr uint32_t kAbiVersion = 14;

// No words of GLib's on stderr; gstreamer.cpp.
void silence_glib();

// What a call returns where it has no result of its own. The message is in the caller's buffer.
enum Status : int32_t {
  kOk = 0,
  kFailed = -1,   // OpenCV or TurboJPEG refused
  kDamaged = -2,  // the bytes are not a whole picture
  kNoFrame = -3,  // the end of a file, or a camera that is gone: no message
  kDisplayLost = -4,  // the display that a window was on went away
};

// One line, NUL-terminated, cut to what the caller has room for.
inline void tell(char* error, uint32_t errorBytes, const std::string& text) noexcept {
  if (error == nullptr || errorBytes == 0) return;
  const size_t length = std::min<size_t>(text.size(), errorBytes - 1);
  std::memcpy(error, text.data(), length);
  error[length] = '\0';
  for (size_t i = 0; i < length; ++i) {
    if (error[i] == '\n' || error[i] == '\r') error[i] = ' ';
  }
}

// OpenCV's what() begins with its version and source line, which tells a user nothing.
inline std::string wordsOf(const std::exception& failure) {
  std::string text = failure.what();
  const std::string mark = " error: ";
  const size_t at = text.find(mark);
  if (at != std::string::npos) text.erase(0, at + mark.size());
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

// Runs `body`; whatever it throws becomes `failed` and a message.
template <class Result, class Body>
Result guarded(char* error, uint32_t errorBytes, Result failed, Body body) noexcept {
  try {
    return body();
  } catch (const std::exception& failure) {
    try {
      tell(error, errorBytes, wordsOf(failure));
    } catch (...) {
      tell(error, errorBytes, {});
    }
  } catch (...) {
    tell(error, errorBytes, "an unknown C++ exception");
  }
  return failed;
}

template <class Body>
int32_t guarded(char* error, uint32_t errorBytes, Body body) noexcept {
  return guarded<int32_t>(error, errorBytes, kFailed, [&] {
    body();
    return static_cast<int32_t>(kOk);
  });
}

}  // namespace bridge
