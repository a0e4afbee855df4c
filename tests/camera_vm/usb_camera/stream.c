#include "stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "usbip.h"

enum { HEADER_BYTES = 2, HEADER_END = 0x80, HEADER_ERROR = 0x40, PICTURE_END = 0x02 };

uint64_t now_micros(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint8_t* read_file(const char* path, size_t* length) {
  FILE* file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  fseek(file, 0, SEEK_END);
  *length = (size_t)ftell(file);
  rewind(file);
  uint8_t* bytes = malloc(*length + 1);
  if (fread(bytes, 1, *length, file) != *length) exit(1);
  fclose(file);
  return bytes;
}

static const struct format* format_of(const struct model* model, const struct agreement* agreed) {
  return model->formats[agreed->format - 1];
}

void agree(const struct model* model, struct agreement* requested) {
  if (requested->format < 1 || requested->format > model->format_count) requested->format = 1;
  const struct format* format = format_of(model, requested);
  if (requested->mode < 1 || requested->mode > format->mode_count) requested->mode = 1;
  if (requested->interval != INTERVALS[1]) requested->interval = INTERVALS[0];
  requested->picture_bytes = picture_bytes(format->modes[requested->mode - 1]);
  requested->payload_bytes = MAX_PAYLOAD_BYTES;
}

// Grey stripes, twice as wide as the picture: it is cut from another place each time.
static uint8_t* stripes(struct mode mode, size_t* length) {
  *length = 4u * mode.width;
  uint8_t* row = malloc(*length);
  for (size_t at = 0; at < *length; at += 2) {
    row[at] = (uint8_t)(at / 2 % mode.width * 255 / mode.width);
    row[at + 1] = 128;
  }
  return row;
}

void start_stream(struct stream* stream, const struct agreement* agreed) {
  stream->agreed = *agreed;
  const struct format* format = format_of(stream->model, agreed);
  const struct mode mode = format->modes[agreed->mode - 1];
  free(stream->scene);
  if (format->jpeg) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%ux%u.jpg", stream->folder, mode.width, mode.height);
    stream->scene = read_file(path, &stream->scene_length);
  } else {
    stream->scene = stripes(mode, &stream->scene_length);
  }
  stream->sending = false;
  stream->due_micros = now_micros() + stream->first_after_micros;
}

bool add_transfer(struct stream* stream, struct transfer transfer) {
  if (stream->waiting_count == MAX_TRANSFERS) return false;
  stream->waiting[stream->waiting_count++] = transfer;
  return true;
}

static void forget_transfer(struct stream* stream, int index) {
  stream->waiting_count--;
  memmove(&stream->waiting[index], &stream->waiting[index + 1],
          (size_t)(stream->waiting_count - index) * sizeof *stream->waiting);
}

bool remove_transfer(struct stream* stream, uint32_t sequence) {
  for (int index = 0; index < stream->waiting_count; index++) {
    if (stream->waiting[index].sequence != sequence) continue;
    forget_transfer(stream, index);
    return true;
  }
  return false;
}

// The JPEG with its number in a comment right behind its beginning: eight decimal digits.
static void make_numbered_jpeg(struct stream* stream) {
  enum { COMMENT_BYTES = 12, BEGINNING_BYTES = 2 };
  stream->length = stream->scene_length + COMMENT_BYTES;
  stream->picture = realloc(stream->picture, stream->length + 1);
  uint8_t* to = stream->picture;
  memcpy(to, stream->scene, BEGINNING_BYTES);
  snprintf((char*)to + 6, 9, "%08u", stream->number);
  memcpy(to + BEGINNING_BYTES, "\xff\xfe\x00\x0a", 4);
  memcpy(to + BEGINNING_BYTES + COMMENT_BYTES, stream->scene + BEGINNING_BYTES,
         stream->scene_length - BEGINNING_BYTES);
}

static void make_stripes(struct stream* stream) {
  stream->length = stream->agreed.picture_bytes;
  stream->picture = realloc(stream->picture, stream->length);
  const size_t row = stream->scene_length / 2, offset = 4 * stream->number % row;
  for (size_t at = 0; at < stream->length; at += row) {
    memcpy(stream->picture + at, stream->scene + offset, row);
  }
}

static bool take(int* count) {
  if (*count == 0) return false;
  --*count;
  return true;
}

static void begin_picture(struct stream* stream) {
  stream->number++;
  stream->sent = 0;
  stream->sending = true;
  stream->damaged = take(&stream->errors);
  if (take(&stream->empties)) {
    stream->length = 0;
  } else if (take(&stream->others)) {
    stream->length = stream->other_length;
    stream->picture = realloc(stream->picture, stream->length);
    memcpy(stream->picture, stream->other, stream->length);
  } else if (format_of(stream->model, &stream->agreed)->jpeg) {
    make_numbered_jpeg(stream);
  } else {
    make_stripes(stream);
  }
}

// Fills the oldest transfer with the next part of the picture.
static void send_payload(struct stream* stream, int socket) {
  const struct transfer transfer = stream->waiting[0];
  forget_transfer(stream, 0);
  if (take(&stream->stalls)) {
    stream->sending = false;
    usbip_answer(socket, transfer.sequence, -EPIPE, NULL, 0);
    return;
  }
  uint8_t payload[MAX_PAYLOAD_BYTES];
  size_t room = (transfer.length < sizeof payload ? transfer.length : sizeof payload) - HEADER_BYTES;
  if (room > stream->length - stream->sent) room = stream->length - stream->sent;
  memcpy(payload + HEADER_BYTES, stream->picture + stream->sent, room);
  stream->sent += room;
  stream->sending = stream->sent < stream->length;
  payload[0] = HEADER_BYTES;
  payload[1] = (uint8_t)(HEADER_END | (stream->number & 1) | (stream->sending ? 0 : PICTURE_END) |
                         (stream->damaged ? HEADER_ERROR : 0));
  usbip_answer(socket, transfer.sequence, 0, payload, (uint32_t)(HEADER_BYTES + room));
}

int run_stream(struct stream* stream, int socket) {
  while (stream->waiting_count > 0) {
    const uint64_t now = now_micros();
    if (!stream->sending) {
      uint64_t due = stream->due_micros;
      if (due < stream->silent_until_micros) due = stream->silent_until_micros;
      if (now < due) return (int)((due - now) / 1000 + 1);
      const uint64_t interval = stream->agreed.interval / 10;
      stream->due_micros = now - due < interval ? due + interval : now + interval;
      begin_picture(stream);
    }
    send_payload(stream, socket);
  }
  return -1;
}
