// The library that does without OpenCV: the clock, what the system knows about this process and Deno
// only tells a program that may read everything, and (v4l2.cpp) the cameras.
#include "call.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include <time.h>

#ifdef __APPLE__
#include <crt_externs.h>
#define environ (*_NSGetEnviron())
#else
#include <unistd.h>
#endif

using namespace bridge;

BRIDGE uint32_t system_abi_version() noexcept { return kAbiVersion; }

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

// The names of the environment variables that begin with `prefix`, with a space behind each.
BRIDGE void environment_names(const char* prefix, char* names, uint32_t namesBytes) noexcept {
  Error error;
  guarded(&error, [&] {
    std::string found;
    for (char** entry = environ; *entry != nullptr; ++entry) {
      if (std::strncmp(*entry, prefix, std::strlen(prefix)) != 0) continue;
      found.append(*entry, std::strcspn(*entry, "=")).append(" ");
    }
    copyText(names, namesBytes, found);
  });
}

// Whether whoever started the process let it ignore that its terminal is closed, as nohup does.
BRIDGE int32_t hangup_is_ignored() noexcept {
  struct sigaction action {};
  return sigaction(SIGHUP, nullptr, &action) == 0 && action.sa_handler == SIG_IGN ? 1 : 0;
}
