// What the camera says of itself: the descriptors of USB 2.0 and USB Video Class 1.1.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  VIDEO_ENDPOINT = 1,  // its bulk endpoint towards the computer
  PROCESSING_UNIT = 2,
  MAX_PAYLOAD_BYTES = 16384,
  MAX_DESCRIPTOR_BYTES = 512,
};

struct mode {
  uint16_t width;
  uint16_t height;
};

struct format {
  bool jpeg;  // else YUYV
  int mode_count;
  struct mode modes[2];
};

// In units of 100 ns, as everywhere in this class; the first is what a camera begins with.
extern const uint32_t INTERVALS[2];

// A kind of camera.
struct model {
  const char* name;
  const char* serial;
  bool controls;  // brightness and contrast
  int format_count;
  const struct format* formats[2];
};

extern const struct format MJPG;
extern const struct format YUYV;

// Of a YUYV picture; no JPEG is larger.
uint32_t picture_bytes(struct mode mode);

// Writes the descriptor that GET_DESCRIPTOR asks for with `value`; gives its length, 0 where there is
// none.
size_t write_descriptor(const struct model* model, uint16_t value, uint8_t* into);
