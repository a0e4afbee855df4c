// What a service manager hears of this process, as sd_notify(3) describes it: a datagram to a socket
// that the environment names. Deno has no such sockets.
#include "call.h"

#include <cstddef>
#include <cstdlib>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#ifdef __linux__
// A manager that is busy is waited for so long.
constexpr timeval kPatience{0, 100'000};
#endif

// Tells it `state`, such as READY=1; whether there is one, and it was told.
BRIDGE int32_t service_notify(const char* state) noexcept {
#ifdef __linux__
  const char* name = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const size_t length = name == nullptr ? 0 : std::strlen(name);
  if (length < 2 || length >= sizeof address.sun_path) return 0;
  std::memcpy(address.sun_path, name, length);
  // The kernel's own names, which are no files, begin with a NUL.
  if (name[0] == '@') address.sun_path[0] = '\0';
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return 0;
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  const socklen_t size = offsetof(sockaddr_un, sun_path) + length;
  const auto* target = reinterpret_cast<const sockaddr*>(&address);
  const ssize_t sent = sendto(fd, state, std::strlen(state), MSG_NOSIGNAL, target, size);
  close(fd);
  return sent >= 0 ? 1 : 0;
#else
  static_cast<void>(state);
  return 0;
#endif
}

// How long it waits for a sign of life before it ends this process, in microseconds; 0 where it does
// not.
BRIDGE double service_watchdog_micros() noexcept {
  const char* micros = std::getenv("WATCHDOG_USEC");
  const char* process = std::getenv("WATCHDOG_PID");
  if (micros == nullptr) return 0;
  if (process != nullptr && std::atoll(process) != getpid()) return 0;
  return std::max(0.0, std::atof(micros));
}
