/*
 * Watches the framebuffer of an Xvfb (started with -shmem) and logs when each frame number appears
 * on the screen. It asks neither the program that shows nor the X server, so every program is
 * measured alike. Resolution: the poll interval, plus the time the server takes to copy a picture
 * below the strip.
 *
 * usage: screen_observer SHMID LOG PICTURE_WIDTH FPS     until SIGTERM
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <unistd.h>

#include "number_strip.h"

enum {
  POLL_MICROS = 500,
  SEARCH_MICROS = 100000,   /* between two looks over the whole screen */
  SEARCH_AGAIN_POLLS = 500, /* unreadable polls in a row before the window counts as moved */
  SEARCH_STEP_X = 4,
  SEARCH_STEP_Y = 4,
  PLAUSIBLE_AGE_SECONDS = 60,
};

struct screen {
  const uint8_t *pixels; /* four bytes each: B, G, R, unused */
  size_t width, height, row_bytes;
};

struct place {
  size_t x, y;
};

static volatile sig_atomic_t stopped;

static void stop(int signal) {
  (void)signal;
  stopped = 1;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void nap(long micros) {
  struct timespec time = {0, micros * 1000};
  nanosleep(&time, NULL);
}

/* The segment is an XWD dump: a header of big-endian words, a colour table, then the live pixels. */
static struct screen screen_open(int segment) {
  enum { HEADER_SIZE, WIDTH = 4, HEIGHT = 5, BITS_PER_PIXEL = 11, ROW_BYTES = 12, COLOURS = 19 };
  enum { COLOUR_BYTES = 12 };
  const uint8_t *map = shmat(segment, NULL, SHM_RDONLY);
  if (map == (void *)-1) fail("shmat");
  const uint32_t *header = (const uint32_t *)map;
  if (ntohl(header[BITS_PER_PIXEL]) != 32) {
    fprintf(stderr, "screen_observer: the screen has not 32 bits per pixel\n");
    exit(1);
  }
  return (struct screen){
      .pixels = map + ntohl(header[HEADER_SIZE]) + ntohl(header[COLOURS]) * COLOUR_BYTES,
      .width = ntohl(header[WIDTH]),
      .height = ntohl(header[HEIGHT]),
      .row_bytes = ntohl(header[ROW_BYTES]),
  };
}

static bool read_at(const struct screen *screen, struct place place, size_t picture_width,
                    uint32_t *number) {
  const uint8_t *row = screen->pixels + place.y * screen->row_bytes + place.x * 4;
  return strip_read(row, 4, picture_width, number);
}

/* True if a strip with a number of the last minute is there: chance hits are then out of question. */
static bool strip_at(const struct screen *screen, struct place place, size_t picture_width, int fps) {
  if (place.x + picture_width > screen->width || place.y >= screen->height) return false;
  uint32_t number;
  if (!read_at(screen, place, picture_width, &number)) return false;
  uint32_t now = (uint32_t)(monotonic_micros() * (uint64_t)fps / 1000000u);
  return now - number < (uint32_t)(PLAUSIBLE_AGE_SECONDS * fps);
}

/* Finds the strip and puts `found` at the middle of where it can be read. */
static bool strip_find(const struct screen *screen, size_t picture_width, int fps,
                       struct place *found) {
  struct place place;
  for (place.y = 0; place.y < screen->height; place.y += SEARCH_STEP_Y) {
    for (place.x = 0; place.x + picture_width <= screen->width; place.x += SEARCH_STEP_X) {
      if (!strip_at(screen, place, picture_width, fps)) continue;
      struct place right = place, below = place;
      while (strip_at(screen, right, picture_width, fps)) right.x++;
      while (strip_at(screen, below, picture_width, fps)) below.y++;
      *found = (struct place){(place.x + right.x) / 2, (place.y + below.y) / 2};
      if (strip_at(screen, *found, picture_width, fps)) return true;
    }
  }
  return false;
}

int main(int count, char **arguments) {
  if (count != 5) {
    fprintf(stderr, "usage: screen_observer SHMID LOG PICTURE_WIDTH FPS\n");
    return 2;
  }
  struct screen screen = screen_open(atoi(arguments[1]));
  int log = open(arguments[2], O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (log < 0) fail(arguments[2]);
  size_t picture_width = (size_t)atoi(arguments[3]);
  int fps = atoi(arguments[4]);
  signal(SIGTERM, stop);
  signal(SIGINT, stop);
  prctl(PR_SET_TIMERSLACK, 1); /* else each nap is 50 µs longer */

  struct place place;
  int unreadable = SEARCH_AGAIN_POLLS;
  uint32_t last = UINT32_MAX;
  while (!stopped) {
    if (unreadable >= SEARCH_AGAIN_POLLS) {
      if (!strip_find(&screen, picture_width, fps, &place)) {
        nap(SEARCH_MICROS);
        continue;
      }
      unreadable = 0;
    }
    struct sighting seen = {0};
    if (!read_at(&screen, place, picture_width, &seen.number)) {
      unreadable++;
    } else {
      unreadable = 0;
      if (seen.number != last) {
        last = seen.number;
        seen.micros = monotonic_micros();
        if (write(log, &seen, sizeof seen) != sizeof seen) fail("write");
      }
    }
    nap(POLL_MICROS);
  }
  return 0;
}
