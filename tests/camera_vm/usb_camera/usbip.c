// Every message begins with 48 bytes: twelve numbers, big-endian, of which the last two are the setup
// packet of a request. See Documentation/usb/usbip_protocol.rst of the Linux kernel.
#include "usbip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CMD_SUBMIT = 1, CMD_UNLINK = 2, RET_SUBMIT = 3, RET_UNLINK = 4 };
enum { KIND, SEQUENCE, DEVICE, DIRECTION, ENDPOINT, STATUS, LENGTH, SETUP = 10, WORDS = 12 };

static const char ATTACH[] = "/sys/devices/platform/vhci_hcd.0/attach";
static const int DEVICE_NUMBER = 3;
static const int HIGH_SPEED = 3;

// A port that was just left stays taken for a moment.
static const int ATTEMPTS = 500;
static const int ATTEMPT_EVERY_MICROS = 10000;

static void fail(const char* what) {
  perror(what);
  exit(1);
}

int usbip_plug(int port) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) fail("socketpair");
  char line[64];
  const int length =
      snprintf(line, sizeof line, "%d %d %d %d", port, ends[1], DEVICE_NUMBER, HIGH_SPEED);
  const int attach = open(ATTACH, O_WRONLY | O_CLOEXEC);
  if (attach < 0) fail(ATTACH);
  for (int attempt = 1; write(attach, line, (size_t)length) != length; attempt++) {
    if (errno != EBUSY || attempt == ATTEMPTS) fail(ATTACH);
    usleep((useconds_t)ATTEMPT_EVERY_MICROS);
  }
  close(attach);
  close(ends[1]);  // the kernel has its own
  return ends[0];
}

// False when the kernel has closed its end.
static bool read_all(int socket, void* into, size_t length) {
  return recv(socket, into, length, MSG_WAITALL) == (ssize_t)length;
}

struct usbip_request usbip_receive(int socket) {
  struct usbip_request request = {.kind = USBIP_GONE};
  uint32_t words[WORDS];
  if (!read_all(socket, words, sizeof words)) return request;
  request.kind = ntohl(words[KIND]) == CMD_UNLINK ? USBIP_UNLINK : USBIP_SUBMIT;
  request.sequence = ntohl(words[SEQUENCE]);
  request.in = ntohl(words[DIRECTION]) != 0;
  request.endpoint = ntohl(words[ENDPOINT]);
  if (request.kind == USBIP_UNLINK) {
    request.unlinked = ntohl(words[STATUS]);
    return request;
  }
  request.length = ntohl(words[LENGTH]);
  memcpy(request.setup, &words[SETUP], sizeof request.setup);
  if (request.in || request.length == 0) return request;
  if (request.length > sizeof request.data || !read_all(socket, request.data, request.length)) {
    request.kind = USBIP_GONE;
  }
  return request;
}

static void send_words(int socket, uint32_t words[WORDS], const void* data, uint32_t length) {
  for (int word = 0; word < WORDS; word++) words[word] = htonl(words[word]);
  struct iovec parts[] = {
      {.iov_base = words, .iov_len = WORDS * sizeof *words},
      {.iov_base = (void*)data, .iov_len = length},
  };
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  sendmsg(socket, &message, MSG_NOSIGNAL);  // to a kernel that has gone, nothing is owed
}

void usbip_answer(int socket, uint32_t sequence, int status, const void* data, uint32_t length) {
  uint32_t words[WORDS] = {
      [KIND] = RET_SUBMIT,
      [SEQUENCE] = sequence,
      [STATUS] = (uint32_t)status,
      [LENGTH] = length,
  };
  send_words(socket, words, data, data ? length : 0);
}

void usbip_unlinked(int socket, uint32_t sequence, bool waited) {
  uint32_t words[WORDS] = {
      [KIND] = RET_UNLINK,
      [SEQUENCE] = sequence,
      [STATUS] = waited ? (uint32_t)-ECONNRESET : 0,
  };
  send_words(socket, words, NULL, 0);
}
