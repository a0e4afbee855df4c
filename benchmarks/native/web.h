/*
 * The web door, as far as the fan-out benchmark needs it: a WebSocket that carries the protocol, and
 * the chunks and parts of /stream. See docs/web.md.
 */
#ifndef WEB_H
#define WEB_H

#include "wire.h"

enum {
  MAX_SAID_BYTES = 125, /* of a WebSocket message with a head of the shortest kind */
  CLOSE_OPCODE = 8,
};

/* Asks for a path on a connection that still blocks, and waits until the answer's head is there. */
static inline void ask(int fd, const char *path, const char *fields, const char *status) {
  char text[2048];
  int length = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", path, fields);
  if (send(fd, text, (size_t)length, MSG_NOSIGNAL) != length) fail("ask");
  size_t count = 0;
  while (count < 4 || memcmp(text + count - 4, "\r\n\r\n", 4) != 0) {
    if (count == sizeof text - 1 || recv(fd, text + count, 1, 0) != 1) fail("no answer");
    count++;
  }
  text[count] = '\0';
  if (!strstr(text, status)) {
    fprintf(stderr, "the server answers %.*s\n", (int)strcspn(text, "\r"), text);
    exit(1);
  }
}

static inline void open_web_socket(int fd) {
  ask(fd, "/connection",
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
      " 101 ");
}

/* Sends a short message of the protocol as a message of a WebSocket, masked as a browser does. */
static inline bool say_over_web_socket(int fd, uint8_t type, const void *payload, uint32_t bytes) {
  static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};
  uint8_t said[6 + MAX_SAID_BYTES] = {0x82, (uint8_t)(0x80 | (HEADER_BYTES + bytes))};
  memcpy(said + 2, mask, sizeof mask);
  put_header(said + 6, type, bytes);
  memcpy(said + 6 + HEADER_BYTES, payload, bytes);
  for (uint32_t i = 0; i < HEADER_BYTES + bytes; i++) said[6 + i] ^= mask[i % 4];
  ssize_t length = 6 + HEADER_BYTES + bytes;
  return send(fd, said, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT) == length;
}

/* What comes in pieces of a length that stands in front: messages of a WebSocket, or HTTP's chunks. */
struct pieces {
  uint8_t head[16];
  uint32_t head_bytes;
  uint64_t left; /* of the piece that has begun */
};

/* Takes a WebSocket message's head byte by byte; false at a message that closes. */
static inline bool head_of_message(struct pieces *pieces, uint8_t byte) {
  pieces->head[pieces->head_bytes++] = byte;
  if (pieces->head_bytes < 2) return true;
  uint8_t length = pieces->head[1];
  if (pieces->head_bytes < (length == 126 ? 4u : length == 127 ? 10u : 2u)) return true;
  pieces->left = length == 126   ? get_u32(pieces->head) & 0xffff
                 : length == 127 ? get_u64(pieces->head + 2)
                                 : length;
  pieces->head_bytes = 0;
  return (pieces->head[0] & 0xf) != CLOSE_OPCODE;
}

/* Takes a chunk's head, with the line break behind the chunk before; false at the last chunk. */
static inline bool head_of_chunk(struct pieces *pieces, uint8_t byte) {
  if (byte != '\n') {
    if (byte != '\r' && pieces->head_bytes < sizeof pieces->head - 1) {
      pieces->head[pieces->head_bytes++] = byte;
    }
    return true;
  }
  if (pieces->head_bytes == 0) return true;
  pieces->head[pieces->head_bytes] = '\0';
  pieces->head_bytes = 0;
  pieces->left = strtoull((const char *)pieces->head, NULL, 16);
  return pieces->left > 0;
}

/* A part of /stream that is arriving: lines, then a JPEG. */
struct part {
  char line[128];
  uint32_t line_bytes;
  uint32_t jpeg_bytes; /* as a line has said; 0: none has */
  uint32_t left;       /* of the JPEG, once it has begun */
  uint64_t captured;   /* in microseconds since 1970 */
};

/* Takes bytes into a part and returns how many. `*whole` tells whether its JPEG is complete. */
static inline uint32_t part_take(struct part *part, const uint8_t *bytes, uint32_t count, bool *whole) {
  uint32_t taken = 0;
  *whole = false;
  while (taken < count && part->left == 0) {
    char byte = (char)bytes[taken++];
    if (byte != '\n') {
      if (part->line_bytes < sizeof part->line - 1) part->line[part->line_bytes++] = byte;
      continue;
    }
    part->line[part->line_bytes] = '\0';
    double seconds;
    sscanf(part->line, "Content-Length: %u", &part->jpeg_bytes);
    if (sscanf(part->line, "X-Timestamp: %lf", &seconds) == 1) part->captured = (uint64_t)(seconds * 1e6);
    if (part->line_bytes <= 1) part->left = part->jpeg_bytes;
    part->line_bytes = 0;
  }
  uint32_t skipped = count - taken < part->left ? count - taken : part->left;
  part->left -= skipped;
  *whole = skipped > 0 && part->left == 0;
  if (*whole) part->jpeg_bytes = 0;
  return taken + skipped;
}

#endif
