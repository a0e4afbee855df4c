// What the system knows about this process and Deno only tells a program that may read everything.
#include "bridge.h"

#include <csignal>

#ifdef __APPLE__
#include <crt_externs.h>
#define environ (*_NSGetEnviron())
#else
#include <unistd.h>
#endif

using namespace bridge;

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
