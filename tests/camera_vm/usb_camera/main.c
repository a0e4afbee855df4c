// A UVC camera without hardware: behind vhci-hcd, the kernel's uvcvideo takes it for one on a cable.
//
//   usb_camera FOLDER NAME SERIAL [no-controls] [yuyv-only]
//
// FOLDER holds what it films as 640x480.jpg and 1280x720.jpg. It reads commands, a line each, and
// answers each with "ok" once it is done:
//
//   plug PORT        into this port of the virtual hub, 0 to 7
//   unplug
//   send PATH N      instead of the next N pictures, what is in the file
//   error N          the next N pictures come with the error bit
//   empty N          the next N pictures have no bytes
//   stall N          the endpoint stalls N times
//   silence MS       no picture for so long
//   late MS          from now on the first picture takes so long after a stream's start
//
// "set SELECTOR VALUE" tells of a control that was set.
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"
#include "usbip.h"

enum { STANDARD = 0x00, KIND_MASK = 0x60 };
enum { GET_STATUS = 0, GET_DESCRIPTOR = 6, GET_CONFIGURATION = 8, GET_INTERFACE = 10 };
enum { SET_CUR = 0x01, GET_CUR = 0x81, GET_MIN, GET_MAX, GET_RES, GET_LEN, GET_INFO, GET_DEF };
enum { PROBE = 1, COMMIT = 2 };
enum { FIRST_CONTROL = 2, CONTROLS = 2, MAX_VALUE = 255, DEFAULT_VALUE = 128 };

struct camera {
  struct model model;
  struct stream stream;
  struct agreement probed;
  uint16_t values[CONTROLS];  // brightness and contrast
  int socket;                 // -1 while it is unplugged
};

// An answer of up to so many bytes; `length` is -1 where the camera has none.
struct answer {
  uint8_t bytes[MAX_DESCRIPTOR_BYTES];
  long length;
};

static void put_number(struct answer* answer, uint32_t value, long length) {
  for (long at = 0; at < length; at++) answer->bytes[at] = (uint8_t)(value >> 8 * at);
  answer->length = length;
}

static void answer_standard(const struct camera* camera, const struct usbip_request* request,
                            struct answer* answer) {
  const uint16_t value = (uint16_t)(request->setup[2] | request->setup[3] << 8);
  if (!request->in) {
    answer->length = 0;  // an address, a configuration, an interface: there is only one of each
  } else if (request->setup[1] == GET_DESCRIPTOR) {
    const size_t length = write_descriptor(&camera->model, value, answer->bytes);
    if (length > 0) answer->length = (long)length;
  } else if (request->setup[1] == GET_STATUS) {
    put_number(answer, 0, 2);
  } else if (request->setup[1] == GET_CONFIGURATION || request->setup[1] == GET_INTERFACE) {
    put_number(answer, request->setup[1] == GET_CONFIGURATION, 1);
  }
}

static void answer_agreement(struct camera* camera, const struct usbip_request* request,
                             struct answer* answer) {
  const uint8_t what = request->setup[1], selector = request->setup[3];
  if (what == SET_CUR) {
    memcpy(&camera->probed, request->data, sizeof camera->probed);
    agree(&camera->model, &camera->probed);
    if (selector == COMMIT) start_stream(&camera->stream, &camera->probed);
    answer->length = 0;
  } else if (what == GET_LEN) {
    put_number(answer, sizeof camera->probed, 2);
  } else if (what == GET_INFO) {
    put_number(answer, 3, 1);
  } else {
    memcpy(answer->bytes, &camera->probed, sizeof camera->probed);
    answer->length = sizeof camera->probed;
  }
}

static void answer_control(struct camera* camera, const struct usbip_request* request,
                           struct answer* answer) {
  const int control = request->setup[3] - FIRST_CONTROL;
  if (!camera->model.controls || control < 0 || control >= CONTROLS) return;
  switch (request->setup[1]) {
    case SET_CUR:
      camera->values[control] = (uint16_t)(request->data[0] | request->data[1] << 8);
      printf("set %d %u\n", control + FIRST_CONTROL, camera->values[control]);
      answer->length = 0;
      break;
    case GET_CUR: put_number(answer, camera->values[control], 2); break;
    case GET_MIN: put_number(answer, 0, 2); break;
    case GET_MAX: put_number(answer, MAX_VALUE, 2); break;
    case GET_RES: put_number(answer, 1, 2); break;
    case GET_LEN: put_number(answer, 2, 2); break;
    case GET_INFO: put_number(answer, 3, 1); break;
    case GET_DEF: put_number(answer, DEFAULT_VALUE, 2); break;
  }
}

static void answer_question(struct camera* camera, const struct usbip_request* request) {
  struct answer answer = {.length = -1};
  const uint8_t interface = request->setup[4], unit = request->setup[5];
  if ((request->setup[0] & KIND_MASK) == STANDARD) {
    answer_standard(camera, request, &answer);
  } else if (interface == 1 && (request->setup[3] == PROBE || request->setup[3] == COMMIT)) {
    answer_agreement(camera, request, &answer);
  } else if (interface == 0 && unit == PROCESSING_UNIT) {
    answer_control(camera, request, &answer);
  }
  const bool stalls = answer.length < 0;
  uint32_t length = stalls ? 0 : (uint32_t)answer.length;
  if (length > request->length) length = request->length;
  if (!request->in) length = stalls ? 0 : request->length;
  usbip_answer(camera->socket, request->sequence, stalls ? -EPIPE : 0,
               request->in ? answer.bytes : NULL, length);
}

static void unplug(struct camera* camera) {
  if (camera->socket >= 0) close(camera->socket);
  camera->socket = -1;
  camera->stream.waiting_count = 0;
}

static void serve(struct camera* camera) {
  const struct usbip_request request = usbip_receive(camera->socket);
  const struct transfer transfer = {request.sequence, request.length};
  switch (request.kind) {
    case USBIP_GONE: return unplug(camera);
    case USBIP_UNLINK:
      return usbip_unlinked(camera->socket, request.sequence,
                            remove_transfer(&camera->stream, request.unlinked));
    case USBIP_SUBMIT:
      if (request.endpoint == 0) return answer_question(camera, &request);
      if (request.endpoint == VIDEO_ENDPOINT && add_transfer(&camera->stream, transfer)) return;
      usbip_answer(camera->socket, request.sequence, -EPIPE, NULL, 0);
  }
}

static bool obey(struct camera* camera, const char* line) {
  struct stream* stream = &camera->stream;
  char path[4096];
  int number;
  if (sscanf(line, "plug %d", &number) == 1) {
    unplug(camera);
    camera->socket = usbip_plug(number);
  } else if (strcmp(line, "unplug\n") == 0) {
    unplug(camera);
  } else if (sscanf(line, "send %4095s %d", path, &number) == 2) {
    free(stream->other);
    stream->other = read_file(path, &stream->other_length);
    stream->others = number;
  } else if (sscanf(line, "error %d", &number) == 1) {
    stream->errors = number;
  } else if (sscanf(line, "empty %d", &number) == 1) {
    stream->empties = number;
  } else if (sscanf(line, "stall %d", &number) == 1) {
    stream->stalls = number;
  } else if (sscanf(line, "silence %d", &number) == 1) {
    stream->silent_until_micros = now_micros() + (uint64_t)number * 1000;
  } else if (sscanf(line, "late %d", &number) == 1) {
    stream->first_after_micros = (uint64_t)number * 1000;
  } else {
    return false;
  }
  puts("ok");
  return true;
}

static int run(struct camera* camera) {
  for (;;) {
    const int wait_ms = run_stream(&camera->stream, camera->socket);
    struct pollfd files[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                             {.fd = camera->socket, .events = POLLIN}};
    if (poll(files, 2, wait_ms) < 0 && errno != EINTR) return 1;
    if (files[1].revents != 0) serve(camera);
    if (files[0].revents == 0) continue;
    char line[4200];
    if (fgets(line, sizeof line, stdin) == NULL) return 0;
    if (obey(camera, line)) continue;
    fprintf(stderr, "usb_camera: no such command: %s", line);
    return 2;
  }
}

int main(int count, char** words) {
  if (count < 4) {
    fprintf(stderr, "usage: usb_camera FOLDER NAME SERIAL [no-controls] [yuyv-only]\n");
    return 2;
  }
  static struct camera camera;
  camera.socket = -1;
  camera.model = (struct model){.name = words[2],
                                .serial = words[3],
                                .controls = true,
                                .format_count = 2,
                                .formats = {&MJPG, &YUYV}};
  for (int word = 4; word < count; word++) {
    if (strcmp(words[word], "no-controls") == 0) camera.model.controls = false;
    if (strcmp(words[word], "yuyv-only") == 0) {
      camera.model.format_count = 1;
      camera.model.formats[0] = &YUYV;
    }
  }
  for (int control = 0; control < CONTROLS; control++) camera.values[control] = DEFAULT_VALUE;
  camera.stream.model = &camera.model;
  camera.stream.folder = words[1];
  agree(&camera.model, &camera.probed);
  setvbuf(stdin, NULL, _IONBF, 0);  // poll() has to see every line
  setvbuf(stdout, NULL, _IOLBF, 0);
  return run(&camera);
}
