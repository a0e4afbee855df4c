// The camera's stream: pictures at their rate, in the payloads of USB Video Class, and its faults.
#pragma once

#include "descriptors.h"

// What computer and camera agree on, as they send it to each other.
struct __attribute__((packed)) agreement {
  uint16_t hint;
  uint8_t format;  // counted from 1
  uint8_t mode;    // counted from 1
  uint32_t interval;
  uint16_t key_frame_rate, p_frame_rate, quality, window, delay;
  uint32_t picture_bytes;
  uint32_t payload_bytes;
  uint32_t clock_frequency;
  uint8_t framing, preferred_version, min_version, max_version;
};

struct transfer {
  uint32_t sequence;
  uint32_t length;
};

enum { MAX_TRANSFERS = 64 };

struct stream {
  const struct model* model;
  const char* folder;  // holds 640x480.jpg and 1280x720.jpg
  struct agreement agreed;

  // Transfers of the computer that wait for a payload, the oldest first.
  struct transfer waiting[MAX_TRANSFERS];
  int waiting_count;

  // What is filmed: a JPEG, or a row of YUYV that the picture is cut from.
  uint8_t* scene;
  size_t scene_length;

  // The picture on its way.
  uint8_t* picture;
  size_t length;
  size_t sent;
  bool sending;
  bool damaged;
  uint32_t number;
  uint64_t due_micros;

  // Faults: how many pictures or transfers they still concern.
  int errors, empties, stalls, others;
  uint8_t* other;
  size_t other_length;
  uint64_t silent_until_micros;
  uint64_t first_after_micros;
};

uint64_t now_micros(void);

// Reads a whole file; ends the program when it cannot.
uint8_t* read_file(const char* path, size_t* length);

// Corrects what was requested to what the camera can do.
void agree(const struct model* model, struct agreement* requested);

// Takes the agreement, and begins anew.
void start_stream(struct stream* stream, const struct agreement* agreed);

// False when the computer asks for more at once than is expected of it.
bool add_transfer(struct stream* stream, struct transfer transfer);

// Whether the transfer was still waiting.
bool remove_transfer(struct stream* stream, uint32_t sequence);

// Answers what can be answered now; gives the time until there is more to do, -1 when nothing waits.
int run_stream(struct stream* stream, int socket);
