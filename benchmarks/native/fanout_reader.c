/*
 * Many guests in one cheap process: connects N times, acknowledges each frame, and reports rate,
 * age and how long after the first guest each other one had the frame; beside it the CPU time and
 * memory of the server, read from /proc at the edges of the same span of time.
 *
 * They come by one of the doors:
 *   tcp        as guests
 *   websocket  as pages, with the same protocol
 *   stream     as readers of /stream, who acknowledge nothing
 *
 * Some guests more can misbehave, and are not in the figures:
 *   stop     reads until the measurement begins, then not at all, then again: what does it get?
 *   trickle  reads one byte a second
 *
 * usage: fanout_reader DOOR PORT SERVER_PID GUESTS WARM_UP_SECONDS SECONDS [stop|trickle COUNT]
 *
 * With CAPTUREVIDEO_KEY, the 16 characters without dashes, guests by TCP speak inside TLS.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "measures.h"
#include "private.h"
#include "web.h"

enum {
  MAX_GUESTS = 4096,
  MAX_FRAMES = 8192,          /* of one guest in one measurement */
  SEQUENCES = 1 << 14,        /* whose first arrival is remembered */
  READ_BYTES = 256 * 1024,
  TRICKLE_MICROS = 1000000,
  AFTERWARDS_MICROS = 2000000, /* in which a guest that had stopped reads what is there */
  STALE_MICROS = 500000,
  WELCOME_MS = 5000,
  LONGEST_WAIT_MS = 100,       /* for tricklers, who are looked after in between */
};

enum door { TCP, WEB_SOCKET, STREAM, DOORS };
enum manner { READS, STOPS, TRICKLES };

static const char *const DOOR_NAMES[DOORS] = {"tcp", "websocket", "stream"};

struct guest {
  int fd; /* -1: the server has closed it */
  SSL *tls; /* what it speaks in; NULL: in the clear */
  enum manner manner;
  struct pieces pieces; /* around all else by the web door */
  struct incoming message;
  struct part part;
  uint32_t frames;
  float *ages_ms;
  float *delays_ms;
};

struct arrival {
  uint32_t sequence;
  uint64_t micros;
};

static enum door door;
static struct guest guests[MAX_GUESTS];
static int guest_count;
static struct arrival first_arrivals[SEQUENCES];
static uint64_t measure_from, measure_until;
static uint64_t bytes_received;
static int ended, stale_frames;
static double stale_oldest_ms;

static void lose(struct guest *guest) {
  SSL_free(guest->tls);
  guest->tls = NULL;
  close(guest->fd);
  guest->fd = -1;
  ended++;
}

static bool say(struct guest *guest, uint8_t type, const void *payload, uint32_t bytes) {
  return guest->tls            ? say_inside(guest->tls, type, payload, bytes)
         : door == WEB_SOCKET ? say_over_web_socket(guest->fd, type, payload, bytes)
                              : send_message(guest->fd, type, payload, bytes);
}

static void note_frame(struct guest *guest, uint32_t sequence, double age_ms) {
  uint64_t now = monotonic_micros();
  if (guest->manner == STOPS) {
    if (now > measure_until && age_ms * 1000 > STALE_MICROS) {
      stale_frames++;
      if (age_ms > stale_oldest_ms) stale_oldest_ms = age_ms;
    }
    return;
  }
  struct arrival *first = &first_arrivals[sequence % SEQUENCES];
  if (first->sequence != sequence) *first = (struct arrival){sequence, now};
  if (now < measure_from || now >= measure_until || guest->frames == MAX_FRAMES) return;
  guest->ages_ms[guest->frames] = (float)age_ms;
  guest->delays_ms[guest->frames] = (float)(now - first->micros) / 1000;
  guest->frames++;
}

static void understand(struct guest *guest) {
  uint64_t now = monotonic_micros();
  const uint8_t *payload = guest->message.head + HEADER_BYTES;
  uint8_t type = guest->message.head[3];
  bool sent = true;
  if (type == FRAME) {
    uint64_t captured = get_u64(payload + 4);
    note_frame(guest, get_u32(payload), (double)(now - captured) / 1000);
    sent = say(guest, ACK, payload, ACK_BYTES);
  } else if (type == PING) {
    uint8_t pong[PONG_BYTES];
    memcpy(pong, payload, PING_BYTES);
    put_u64(pong + 8, now);
    put_u64(pong + 16, monotonic_micros());
    sent = say(guest, PONG, pong, PONG_BYTES);
  } else if (type == BYE) {
    sent = false;
  }
  if (!sent) lose(guest);
}

static void take_messages(struct guest *guest, const uint8_t *bytes, uint32_t count) {
  for (uint32_t at = 0; at < count && guest->fd >= 0;) {
    bool whole;
    at += incoming_take(&guest->message, bytes + at, count - at, &whole);
    if (!whole) break;
    understand(guest);
    incoming_next(&guest->message);
  }
}

/* What a picture is known by, where its number is not said, is when it was captured. */
static void take_parts(struct guest *guest, const uint8_t *bytes, uint32_t count) {
  for (uint32_t at = 0; at < count;) {
    bool whole;
    at += part_take(&guest->part, bytes + at, count - at, &whole);
    if (!whole) continue;
    double age_ms = (double)((int64_t)wall_micros() - (int64_t)guest->part.captured) / 1000;
    note_frame(guest, (uint32_t)guest->part.captured, age_ms);
  }
}

static void take_pieces(struct guest *guest, const uint8_t *bytes, uint32_t count) {
  struct pieces *pieces = &guest->pieces;
  for (uint32_t at = 0; at < count && guest->fd >= 0;) {
    if (pieces->left == 0) {
      uint8_t byte = bytes[at++];
      bool goes_on = door == STREAM ? head_of_chunk(pieces, byte) : head_of_message(pieces, byte);
      if (!goes_on) lose(guest);
      continue;
    }
    uint32_t length = count - at < pieces->left ? count - at : (uint32_t)pieces->left;
    pieces->left -= length;
    if (door == STREAM) take_parts(guest, bytes + at, length);
    else take_messages(guest, bytes + at, length);
    at += length;
  }
}

static void receive(struct guest *guest, size_t most) {
  static uint8_t bytes[READ_BYTES];
  ssize_t count = read_some(guest->fd, guest->tls, bytes, most);
  if (count < 0) lose(guest);
  if (count <= 0) return;
  uint64_t now = monotonic_micros();
  if (guest->manner == READS && now >= measure_from && now < measure_until) {
    bytes_received += (uint64_t)count;
  }
  if (door == TCP) take_messages(guest, bytes, (uint32_t)count);
  else take_pieces(guest, bytes, (uint32_t)count);
  /* Of what TLS has read already, epoll knows nothing. */
  if (guest->tls && SSL_pending(guest->tls) > 0 && most > 1) receive(guest, most);
}

/* Connects a guest, and waits for its first word, so that they do not all come at once. */
static void join(int port, enum manner manner, int epoll) {
  static const char hello[] = "{\"versions\":[1],\"program\":\"fanout_reader\"}";
  struct guest *guest = &guests[guest_count];
  *guest = (struct guest){.fd = socket(AF_INET, SOCK_STREAM, 0), .manner = manner};
  guest->ages_ms = malloc(MAX_FRAMES * sizeof(float));
  guest->delays_ms = malloc(MAX_FRAMES * sizeof(float));
  struct sockaddr_in address = loopback(port);
  if (connect(guest->fd, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  const char *key = getenv("CAPTUREVIDEO_KEY");
  if (key) guest->tls = begin_private(guest->fd, key);
  if (door == WEB_SOCKET) open_web_socket(guest->fd);
  if (door == STREAM) ask(guest->fd, "/stream", "", " 200 ");
  make_quick(guest->fd);
  if (door != STREAM && !say(guest, HELLO, hello, sizeof hello - 1)) fail("hello");
  struct pollfd welcome = {.fd = guest->fd, .events = POLLIN};
  if (poll(&welcome, 1, WELCOME_MS) != 1) fail("the server does not answer");
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)guest_count++};
  if (manner != TRICKLES && epoll_ctl(epoll, EPOLL_CTL_ADD, guest->fd, &event) < 0) fail("epoll");
}

static void set_reading(enum manner manner, bool reading, int epoll) {
  for (int i = 0; i < guest_count; i++) {
    if (guests[i].manner != manner || guests[i].fd < 0) continue;
    struct epoll_event event = {.events = reading ? EPOLLIN : 0, .data.u64 = (uint64_t)i};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, guests[i].fd, &event) < 0) fail("epoll");
  }
}

static void trickle(void) {
  for (int i = 0; i < guest_count; i++) {
    if (guests[i].manner == TRICKLES && guests[i].fd >= 0) receive(&guests[i], 1);
  }
}

/* Reads whatever comes until the given time. */
static void read_until(uint64_t until, int epoll) {
  static uint64_t next_trickle;
  for (uint64_t now = monotonic_micros(); now < until; now = monotonic_micros()) {
    struct epoll_event events[256];
    uint64_t left_ms = (until - now) / 1000 + 1;
    int ready = epoll_wait(epoll, events, 256, left_ms < LONGEST_WAIT_MS ? (int)left_ms : LONGEST_WAIT_MS);
    for (int i = 0; i < ready; i++) {
      struct guest *guest = &guests[events[i].data.u64];
      if (guest->fd >= 0) receive(guest, READ_BYTES);
    }
    if (monotonic_micros() >= next_trickle) {
      trickle();
      next_trickle = monotonic_micros() + TRICKLE_MICROS;
    }
  }
}

static void report(int readers, double seconds, struct usage server[2], struct usage own[2]) {
  size_t frames = 0;
  float *fps = malloc((size_t)readers * sizeof *fps);
  for (int i = 0; i < readers; i++) {
    fps[i] = (float)(guests[i].frames / seconds);
    frames += guests[i].frames;
  }
  float *ages = malloc((frames + 1) * sizeof *ages), *delays = malloc((frames + 1) * sizeof *delays);
  size_t at = 0;
  for (int i = 0; i < readers; i++) {
    memcpy(ages + at, guests[i].ages_ms, guests[i].frames * sizeof *ages);
    memcpy(delays + at, guests[i].delays_ms, guests[i].frames * sizeof *delays);
    at += guests[i].frames;
  }
  qsort(fps, (size_t)readers, sizeof *fps, ascending);
  qsort(ages, frames, sizeof *ages, ascending);
  qsort(delays, frames, sizeof *delays, ascending);
  printf("{\"guests\": %d, \"seconds\": %.3f, \"frames\": %zu, \"megabytes\": %.3f, ", readers,
         seconds, frames, (double)bytes_received / 1e6);
  printf("\"fpsLeast\": %.3f, \"fpsMedian\": %.3f, ", fps[0], share_of(fps, (size_t)readers, 0.5));
  printf("\"ageP50Ms\": %.3f, \"ageP99Ms\": %.3f, ", share_of(ages, frames, 0.5),
         share_of(ages, frames, 0.99));
  printf("\"delayP50Ms\": %.3f, \"delayP99Ms\": %.3f, ", share_of(delays, frames, 0.5),
         share_of(delays, frames, 0.99));
  printf("\"serverCpuMs\": %.1f, \"serverResidentBytes\": %ld, ", server[1].cpu_ms - server[0].cpu_ms,
         server[1].resident_kb * 1024);
  printf("\"serverGrowthBytes\": %ld, ", (server[1].resident_kb - server[0].resident_kb) * 1024);
  printf("\"readerCpuMs\": %.1f, ", own[1].cpu_ms - own[0].cpu_ms);
  printf("\"ended\": %d, \"staleFrames\": %d, \"staleOldestMs\": %.1f}\n", ended, stale_frames,
         stale_oldest_ms);
}

int main(int count, char **arguments) {
  for (door = TCP; count > 1 && door < DOORS && strcmp(arguments[1], DOOR_NAMES[door]) != 0;) door++;
  if ((count != 7 && count != 9) || door == DOORS) {
    fprintf(stderr, "usage: fanout_reader tcp|websocket|stream PORT SERVER_PID GUESTS "
                    "WARM_UP_SECONDS SECONDS [stop|trickle COUNT]\n");
    return 2;
  }
  int port = atoi(arguments[2]), pid = atoi(arguments[3]), readers = atoi(arguments[4]);
  double warm_up = atof(arguments[5]), seconds = atof(arguments[6]);
  int others = count == 9 ? atoi(arguments[8]) : 0;
  if (readers < 1 || readers + others > MAX_GUESTS) {
    fprintf(stderr, "fanout_reader: from 1 to %d guests are possible\n", MAX_GUESTS);
    return 2;
  }
  int epoll = epoll_create1(0);
  measure_from = measure_until = UINT64_MAX;
  for (int i = 0; i < readers; i++) join(port, READS, epoll);
  for (int i = 0; i < others; i++) {
    join(port, strcmp(arguments[7], "stop") == 0 ? STOPS : TRICKLES, epoll);
  }
  measure_from = monotonic_micros() + (uint64_t)(warm_up * 1e6);
  measure_until = measure_from + (uint64_t)(seconds * 1e6);
  read_until(measure_from, epoll);
  struct usage server[2], own[2];
  server[0] = usage_of(pid);
  own[0] = usage_of(getpid());
  set_reading(STOPS, false, epoll);
  read_until(measure_until, epoll);
  server[1] = usage_of(pid);
  own[1] = usage_of(getpid());
  set_reading(STOPS, true, epoll);
  if (others) read_until(measure_until + AFTERWARDS_MICROS, epoll);
  report(readers, seconds, server, own);
  return 0;
}
