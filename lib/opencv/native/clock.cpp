// The clock of all libraries: what stamps pictures, and what they are compared by.
#include "call.h"

#include <chrono>
#include <thread>

#include <time.h>

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
