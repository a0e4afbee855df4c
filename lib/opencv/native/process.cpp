// The library that does without OpenCV as a whole, and what the system knows about this process and
// Deno only tells a program that may read everything.
#include "call.h"

#include <csignal>
#include <cstdlib>

#ifdef __APPLE__
#include <crt_externs.h>
#define environ (*_NSGetEnviron())
#else
#include <unistd.h>
#endif

using namespace bridge;

BRIDGE uint32_t system_abi_version() noexcept { return kAbiVersion; }

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
