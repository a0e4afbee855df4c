/*
 * Many guests in one cheap process: connects N times, acknowledges each frame, and reports rate,
 * age and how long after the first guest each other one had the frame; beside it the CPU time and
 * memory of the server, read from /proc at the edges of the same span of time.
 *
 * Some guests more can misbehave, and are not in the figures:
 *   stop     reads until the measurement begins, then not at all, then again: what does it get?
 *   trickle  reads one byte a second
 *
 * usage: fanout_reader PORT SERVER_PID GUESTS WARM_UP_SECONDS SECONDS [stop|trickle COUNT]
 *
 * With CAPTUREVIDEO_KEY, the 16 characters without dashes, all of this is inside TLS.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "private.h"

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

enum manner { READS, STOPS, TRICKLES };

struct guest {
  int fd; /* -1: the server has closed it */
  SSL *tls; /* what it speaks in; NULL: in the clear */
  enum manner manner;
  struct incoming message;
  uint32_t frames;
  float *ages_ms;
  float *delays_ms;
};

struct arrival {
  uint32_t sequence;
  uint64_t micros;
};

struct usage {
  double cpu_ms;
  long resident_kb;
};

static struct guest guests[MAX_GUESTS];
static int guest_count;
static struct arrival first_arrivals[SEQUENCES];
static uint64_t measure_from, measure_until;
static uint64_t bytes_received;
static int ended, stale_frames;
static double stale_oldest_ms;

static struct usage usage_of(int pid) {
  char path[64];
  char text[4096];
  struct usage usage = {0, 0};
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (!file || !fgets(text, sizeof text, file)) fail(path);
  fclose(file);
  long user, system, pages;
  const char *fields = strrchr(text, ')') + 2;
  int read = sscanf(fields,
                    "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld %*d %*d %*d %*d %*d %*d "
                    "%*u %*u %ld",
                    &user, &system, &pages);
  if (read != 3) fail(path);
  usage.cpu_ms = (double)(user + system) * 1000 / (double)sysconf(_SC_CLK_TCK);
  usage.resident_kb = pages * (sysconf(_SC_PAGESIZE) / 1024);
  return usage;
}

static void lose(struct guest *guest) {
  SSL_free(guest->tls);
  guest->tls = NULL;
  close(guest->fd);
  guest->fd = -1;
  ended++;
}

static bool say(struct guest *guest, uint8_t type, const void *payload, uint32_t bytes) {
  return guest->tls ? say_inside(guest->tls, type, payload, bytes)
                    : send_message(guest->fd, type, payload, bytes);
}

static void note_frame(struct guest *guest, uint64_t now) {
  uint32_t sequence = get_u32(guest->message.head + HEADER_BYTES);
  uint64_t captured = get_u64(guest->message.head + HEADER_BYTES + 4);
  double age_ms = (double)(now - captured) / 1000;
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
    note_frame(guest, now);
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

/* Reads what is there; 0 where nothing is, -1 at the end. */
static ssize_t read_some(struct guest *guest, uint8_t *bytes, size_t most) {
  if (guest->tls) {
    int count = SSL_read(guest->tls, bytes, (int)most);
    return count > 0 ? count : SSL_get_error(guest->tls, count) == SSL_ERROR_WANT_READ ? 0 : -1;
  }
  ssize_t count = recv(guest->fd, bytes, most, 0);
  return count > 0 ? count : count < 0 && errno == EAGAIN ? 0 : -1;
}

static void receive(struct guest *guest, size_t most) {
  static uint8_t bytes[READ_BYTES];
  ssize_t count = read_some(guest, bytes, most);
  if (count < 0) lose(guest);
  if (count <= 0) return;
  uint64_t now = monotonic_micros();
  if (guest->manner == READS && now >= measure_from && now < measure_until) {
    bytes_received += (uint64_t)count;
  }
  for (uint32_t at = 0; at < (uint32_t)count && guest->fd >= 0;) {
    bool whole;
    at += incoming_take(&guest->message, bytes + at, (uint32_t)count - at, &whole);
    if (!whole) break;
    understand(guest);
    incoming_next(&guest->message);
  }
  /* Of what TLS has read already, epoll knows nothing. */
  if (guest->tls && SSL_pending(guest->tls) > 0 && most > 1) receive(guest, most);
}

/* Connects a guest, and waits for its WELCOME, so that they do not all come at once. */
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
  make_quick(guest->fd);
  if (!say(guest, HELLO, hello, sizeof hello - 1)) fail("hello");
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

static int ascending(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static double share_of(const float *sorted, size_t count, double share) {
  return count ? sorted[(size_t)((double)(count - 1) * share)] : 0;
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
  printf("\"readerCpuMs\": %.1f, ", own[1].cpu_ms - own[0].cpu_ms);
  printf("\"ended\": %d, \"staleFrames\": %d, \"staleOldestMs\": %.1f}\n", ended, stale_frames,
         stale_oldest_ms);
}

int main(int count, char **arguments) {
  if (count != 6 && count != 8) {
    fprintf(stderr, "usage: fanout_reader PORT SERVER_PID GUESTS WARM_UP_SECONDS SECONDS "
                    "[stop|trickle COUNT]\n");
    return 2;
  }
  int port = atoi(arguments[1]), pid = atoi(arguments[2]), readers = atoi(arguments[3]);
  double warm_up = atof(arguments[4]), seconds = atof(arguments[5]);
  int others = count == 8 ? atoi(arguments[7]) : 0;
  if (readers < 1 || readers + others > MAX_GUESTS) {
    fprintf(stderr, "fanout_reader: from 1 to %d guests are possible\n", MAX_GUESTS);
    return 2;
  }
  int epoll = epoll_create1(0);
  measure_from = measure_until = UINT64_MAX;
  for (int i = 0; i < readers; i++) join(port, READS, epoll);
  for (int i = 0; i < others; i++) {
    join(port, strcmp(arguments[6], "stop") == 0 ? STOPS : TRICKLES, epoll);
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
