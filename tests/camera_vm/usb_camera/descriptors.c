#include "descriptors.h"

#include <string.h>

const uint32_t INTERVALS[2] = {333333, 666666};

const struct format MJPG = {
    .jpeg = true, .mode_count = 2, .modes = {{640, 480}, {1280, 720}}};
const struct format YUYV = {.jpeg = false, .mode_count = 1, .modes = {{320, 240}}};

// A number that belongs to nobody: pid.codes keeps it for tests.
enum { VENDOR = 0x1209, PRODUCT = 0x0001 };

enum { DEVICE = 1, CONFIGURATION = 2, STRING = 3, INTERFACE = 4, ENDPOINT = 5, ASSOCIATION = 11 };
enum { CS_INTERFACE = 0x24 };
enum { NO_STRING, VENDOR_NAME, PRODUCT_NAME, SERIAL };
enum { VIDEO_CLASS = 0x0e, CONTROL_SUBCLASS = 1, STREAMING_SUBCLASS = 2, COLLECTION_SUBCLASS = 3 };
enum { CAMERA_TERMINAL = 1, USB_TERMINAL = 3 };
enum { BULK = 2, BULK_PACKET_BYTES = 512 };

struct writer {
  uint8_t* bytes;
  size_t length;
};

static void put(struct writer* to, unsigned bytes, uint32_t value) {
  for (unsigned at = 0; at < bytes; at++) to->bytes[to->length++] = (uint8_t)(value >> 8 * at);
}

#define PUT8(to, ...) put_bytes(to, (const uint8_t[]){__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__}))

static void put_bytes(struct writer* to, const uint8_t* bytes, size_t length) {
  memcpy(to->bytes + to->length, bytes, length);
  to->length += length;
}

// Fills a length in that is known only behind what it counts.
static void put_total(struct writer* to, size_t at, size_t from) {
  struct writer field = {.bytes = to->bytes + at};
  put(&field, 2, (uint32_t)(to->length - from));
}

static void put_device(struct writer* to) {
  PUT8(to, 18, DEVICE, 0x00, 0x02, 0xef, 2, 1, 64);  // USB 2.0; its interfaces belong together
  put(to, 2, VENDOR);
  put(to, 2, PRODUCT);
  put(to, 2, 0x0100);
  PUT8(to, VENDOR_NAME, PRODUCT_NAME, SERIAL, 1);
}

static void put_control_interface(struct writer* to, const struct model* model) {
  PUT8(to, 9, INTERFACE, 0, 0, 0, VIDEO_CLASS, CONTROL_SUBCLASS, 0, NO_STRING);
  const size_t from = to->length;
  PUT8(to, 13, CS_INTERFACE, 1, 0x10, 0x01, 0, 0);
  put(to, 4, 48000000);
  PUT8(to, 1, 1);
  PUT8(to, 18, CS_INTERFACE, 2, CAMERA_TERMINAL, 0x01, 0x02, 0, NO_STRING);
  PUT8(to, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0);  // no zoom, no controls of its own
  PUT8(to, 12, CS_INTERFACE, 5, PROCESSING_UNIT, CAMERA_TERMINAL, 0, 0);
  PUT8(to, 2, model->controls ? 0x03 : 0, 0, NO_STRING, 0);
  PUT8(to, 9, CS_INTERFACE, 3, USB_TERMINAL, 0x01, 0x01, 0, PROCESSING_UNIT, NO_STRING);
  put_total(to, from + 5, from);
}

static void put_mode(struct writer* to, const struct format* format, int index) {
  const struct mode mode = format->modes[index];
  const uint32_t bits = picture_bytes(mode) * 8;
  PUT8(to, 34, CS_INTERFACE, format->jpeg ? 7 : 5, (uint8_t)(index + 1), 0);
  put(to, 2, mode.width);
  put(to, 2, mode.height);
  put(to, 4, bits * 15);
  put(to, 4, bits * 30);
  put(to, 4, picture_bytes(mode));
  put(to, 4, INTERVALS[0]);
  put(to, 1, 2);
  put(to, 4, INTERVALS[0]);
  put(to, 4, INTERVALS[1]);
}

static void put_format(struct writer* to, const struct format* format, int index) {
  const uint8_t number = (uint8_t)(index + 1), modes = (uint8_t)format->mode_count;
  if (format->jpeg) {
    PUT8(to, 11, CS_INTERFACE, 6, number, modes, 0, 1, 0, 0, 0, 0);
  } else {
    PUT8(to, 27, CS_INTERFACE, 4, number, modes);
    put_bytes(to, (const uint8_t*)"YUY2\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71", 16);
    PUT8(to, 16, 1, 0, 0, 0, 0);
  }
  for (int mode = 0; mode < format->mode_count; mode++) put_mode(to, format, mode);
  PUT8(to, 6, CS_INTERFACE, 13, 1, 1, 4);  // the usual colours
}

static void put_streaming_interface(struct writer* to, const struct model* model) {
  PUT8(to, 9, INTERFACE, 1, 0, 1, VIDEO_CLASS, STREAMING_SUBCLASS, 0, NO_STRING);
  const size_t from = to->length;
  const uint8_t formats = (uint8_t)model->format_count;
  PUT8(to, (uint8_t)(13 + formats), CS_INTERFACE, 1, formats, 0, 0);
  PUT8(to, 0x80 | VIDEO_ENDPOINT, 0, USB_TERMINAL, 0, 0, 0, 1);
  for (int format = 0; format < formats; format++) put(to, 1, 0);
  for (int format = 0; format < formats; format++) put_format(to, model->formats[format], format);
  put_total(to, from + 4, from);
  PUT8(to, 7, ENDPOINT, 0x80 | VIDEO_ENDPOINT, BULK);
  put(to, 2, BULK_PACKET_BYTES);
  put(to, 1, 0);
}

static void put_configuration(struct writer* to, const struct model* model) {
  PUT8(to, 9, CONFIGURATION, 0, 0, 2, 1, NO_STRING, 0x80, 250);
  PUT8(to, 8, ASSOCIATION, 0, 2, VIDEO_CLASS, COLLECTION_SUBCLASS, 0, NO_STRING);
  put_control_interface(to, model);
  put_streaming_interface(to, model);
  put_total(to, 2, 0);
}

static void put_string(struct writer* to, const char* text) {
  PUT8(to, (uint8_t)(2 + 2 * strlen(text)), STRING);
  for (; *text != 0; text++) put(to, 2, (uint8_t)*text);
}

uint32_t picture_bytes(struct mode mode) { return 2u * mode.width * mode.height; }

size_t write_descriptor(const struct model* model, uint16_t value, uint8_t* into) {
  struct writer to = {.bytes = into};
  const char* strings[] = {[VENDOR_NAME] = "Tests",
                           [PRODUCT_NAME] = model->name,
                           [SERIAL] = model->serial};
  const unsigned kind = value >> 8, index = value & 0xff;
  if (kind == DEVICE) put_device(&to);
  if (kind == CONFIGURATION) put_configuration(&to, model);
  if (kind == STRING && index == 0) PUT8(&to, 4, STRING, 0x09, 0x04);  // English
  if (kind == STRING && index >= VENDOR_NAME && index <= SERIAL) put_string(&to, strings[index]);
  return to.length;
}
