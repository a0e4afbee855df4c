// What all native libraries share: the export mark, the ABI number, and the guard that keeps C++
// exceptions from crossing into JavaScript. Nothing of OpenCV: one of the libraries does without.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <exception>
#include <string>

#define BRIDGE extern "C" __attribute__((visibility("default")))

BRIDGE double monotonic_micros() noexcept;

// Waits for a moment of the monotonic clock; not at all for one that has passed.
BRIDGE void sleep_until(double monotonicMicros) noexcept;

namespace bridge {

// Raised whenever a symbol changes; symbols.ts holds the same number.
constexpr uint32_t kAbiVersion = 20;

// What a call returns where it has no result of its own. The message is in the caller's buffer.
enum Status : int32_t {
  kOk = 0,
  kFailed = -1,   // OpenCV or TurboJPEG refused
  kDamaged = -2,  // the bytes are not a whole picture
  kNoFrame = -3,  // the end of a file, or a camera that is gone: no message
  kDisplayLost = -4,  // the display that a window was on went away
};

// One line into a caller's buffer, NUL-terminated, cut to what there is room for.
inline void copyText(char* into, uint32_t bytes, const std::string& text) noexcept {
  const size_t length = std::min<size_t>(text.size(), bytes - 1);
  std::memcpy(into, text.data(), length);
  into[length] = '\0';
  std::replace_if(into, into + length, [](char c) { return c == '\n' || c == '\r'; }, ' ');
}

// A caller's buffer for the words of a call that fails; symbols.ts has the same size.
struct Error {
  char text[512];

  void say(const std::string& words) noexcept { copyText(text, sizeof text, words); }
};

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
Result guarded(Error* error, Result failed, Body body) noexcept {
  try {
    return body();
  } catch (const std::exception& failure) {
    try {
      error->say(wordsOf(failure));
    } catch (...) {
      error->say({});
    }
  } catch (...) {
    error->say("an unknown C++ exception");
  }
  return failed;
}

template <class Body>
int32_t guarded(Error* error, Body body) noexcept {
  return guarded<int32_t>(error, kFailed, [&]() -> int32_t {
    body();
    return kOk;
  });
}

}  // namespace bridge
