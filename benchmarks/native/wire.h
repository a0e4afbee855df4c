/*
 * The wire protocol, version 1, as far as the fan-out benchmark needs it: a 12-byte header (magic
 * "CV", version, type, reserved flags, payload length) and big-endian payloads. See docs/protocol.md.
 */
#ifndef WIRE_H
#define WIRE_H

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { HELLO = 1, WELCOME = 2, FRAME = 3, ACK = 4, PING = 5, PONG = 6, STATUS = 7, BYE = 8 };

enum {
  HEADER_BYTES = 12,
  FRAME_PREFIX_BYTES = 12, /* u32 sequence, u64 capture time, before the JPEG */
  ACK_BYTES = 4,
  PING_BYTES = 8,
  PONG_BYTES = 24,
};

static inline uint64_t monotonic_micros(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

/* Since 1970. */
static inline uint64_t wall_micros(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static inline void put_u32(uint8_t *to, uint32_t value) {
  for (int i = 0; i < 4; i++) to[i] = (uint8_t)(value >> (24 - 8 * i));
}

static inline void put_u64(uint8_t *to, uint64_t value) {
  put_u32(to, (uint32_t)(value >> 32));
  put_u32(to + 4, (uint32_t)value);
}

static inline uint32_t get_u32(const uint8_t *from) {
  return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

static inline uint64_t get_u64(const uint8_t *from) {
  return (uint64_t)get_u32(from) << 32 | get_u32(from + 4);
}

static inline void put_header(uint8_t *to, uint8_t type, uint32_t payload_bytes) {
  memcpy(to, "CV\1", 3);
  to[3] = type;
  put_u32(to + 4, 0);
  put_u32(to + 8, payload_bytes);
}

static inline void fail(const char *what) {
  perror(what);
  exit(1);
}

/* Sends a short message at once: a socket whose buffer has no room for it counts as broken. */
static inline bool send_message(int fd, uint8_t type, const void *payload, uint32_t bytes) {
  uint8_t message[HEADER_BYTES + 256];
  put_header(message, type, bytes);
  memcpy(message + HEADER_BYTES, payload, bytes);
  ssize_t length = HEADER_BYTES + bytes;
  return send(fd, message, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT) == length;
}

/* A message that is arriving in pieces: the header, the payload's beginning, and what is to come. */
struct incoming {
  uint8_t head[HEADER_BYTES + PONG_BYTES];
  uint32_t head_bytes;
  uint32_t rest_bytes;
};

/*
 * Takes bytes into a message and returns how many. `*whole` tells whether it is complete; then its
 * header and the first bytes of its payload are in `head`, and the caller calls incoming_next.
 */
static inline uint32_t incoming_take(struct incoming *message, const uint8_t *bytes, uint32_t count,
                                     bool *whole) {
  uint32_t taken = 0;
  while (taken < count && message->head_bytes < HEADER_BYTES) {
    message->head[message->head_bytes++] = bytes[taken++];
  }
  *whole = false;
  if (message->head_bytes < HEADER_BYTES) return taken;
  if (message->head_bytes == HEADER_BYTES && message->rest_bytes == 0) {
    if (memcmp(message->head, "CV\1", 3) != 0) {
      fprintf(stderr, "not the protocol\n");
      exit(1);
    }
    message->rest_bytes = get_u32(message->head + 8);
  }
  while (taken < count && message->rest_bytes && message->head_bytes < sizeof message->head) {
    message->head[message->head_bytes++] = bytes[taken++];
    message->rest_bytes--;
  }
  uint32_t skipped = count - taken < message->rest_bytes ? count - taken : message->rest_bytes;
  message->rest_bytes -= skipped;
  *whole = message->rest_bytes == 0;
  return taken + skipped;
}

static inline void incoming_next(struct incoming *message) {
  message->head_bytes = 0;
  message->rest_bytes = 0;
}

static inline struct sockaddr_in loopback(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static inline void make_quick(int fd) {
  int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

#endif
