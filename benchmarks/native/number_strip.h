/*
 * The machine-readable frame number in the top rows of the test pattern, and the record that the
 * measuring tools write for each number they see.
 *
 * 40 cells of equal width, white 1, black 0: 32 bits of number, most significant first, then their
 * CRC-8 (polynomial 0x07, initial 0). The frame numbered n is captured at n / fps seconds of
 * CLOCK_MONOTONIC, so a number read off a picture tells that picture's age to any process.
 */
#ifndef NUMBER_STRIP_H
#define NUMBER_STRIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum { STRIP_CELLS = 40, STRIP_ROWS = 16, STRIP_NUMBER_BITS = 32 };

/* What the sighting of one picture was like. */
enum {
  SIGHTING_UNREADABLE = 1, /* the strip's CRC is wrong */
  SIGHTING_CUT_SHORT = 2,  /* the bottom of the picture is not of the same frame as its top */
};

/* One picture seen, as written to a log: little-endian, 16 bytes. */
struct sighting {
  uint64_t micros; /* CLOCK_MONOTONIC */
  uint32_t number;
  uint32_t flags;
};

static inline uint64_t monotonic_micros(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

/*
 * Reads the number off one row of pixels, of which byte 1 is green. Returns false if the CRC is
 * wrong, as on a half-drawn picture or on anything that is no strip.
 */
static inline bool strip_read(const uint8_t *row, size_t pixel_bytes, size_t width, uint32_t *number) {
  uint64_t bits = 0;
  for (size_t cell = 0; cell < STRIP_CELLS; cell++) {
    size_t middle = (2 * cell + 1) * width / (2 * STRIP_CELLS);
    bits = bits << 1 | (row[middle * pixel_bytes + 1] > 127);
  }
  *number = (uint32_t)(bits >> 8);
  uint8_t crc = 0;
  for (int bit = STRIP_NUMBER_BITS - 1; bit >= 0; bit--) {
    bool carry = (crc >> 7) ^ (*number >> bit & 1);
    crc = (uint8_t)(crc << 1) ^ (carry ? 0x07 : 0);
  }
  return crc == (bits & 0xff);
}

#endif
