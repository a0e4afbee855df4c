// A camera's device node, open for questions; no stream is started.
#pragma once

#include <string>

namespace v4l2 {

// What the system says of a call: its error number, 0 for success.
using Errno = int;

class Device {
 public:
  explicit Device(const std::string& path);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  // Why it could not be opened; 0 when it is open.
  Errno error() const { return error_; }

  // Asks the driver, which answers in the structure that is `argument`.
  Errno ask(unsigned long request, void* argument) const;

 private:
  int file_;
  Errno error_;
};

// The formats that a camera offers, with their sizes and rates, and its controls with their values:
// JSON each.
std::string formatsOf(const Device& device);
std::string controlsOf(const Device& device);

// The text in a field of fixed size, up to its zero if it has one.
template <class Byte, size_t Size>
std::string textIn(const Byte (&field)[Size]) {
  const char* begin = reinterpret_cast<const char*>(field);
  return std::string(begin, strnlen(begin, Size));
}

}  // namespace v4l2
