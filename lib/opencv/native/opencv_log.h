// What OpenCV logs while one call runs, instead of on stderr: its only words on many failures.
#pragma once

#include <string>

namespace bridge {

// Listens to the warnings of this thread for as long as it lives.
class LogListener {
 public:
  LogListener();
  ~LogListener();
  LogListener(const LogListener&) = delete;
  LogListener& operator=(const LogListener&) = delete;

  // What was logged up to now, line by line.
  std::string text;
};

}  // namespace bridge
