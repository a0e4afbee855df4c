/*
 * The limit for the fan-out benchmark: the least that serving frames to many guests costs. Sends
 * the same bytes as a frame 30 times a second to everyone, by the protocol: HELLO is answered with
 * WELCOME, at most two frames are unacknowledged, and a guest gets the newest frame or none.
 *
 * usage: fanout_server PORT JPEG_BYTES FPS     until it is killed
 */
#define _GNU_SOURCE
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>
#include <errno.h>

#include "wire.h"

enum { MAX_GUESTS = 4096, WINDOW_FRAMES = 2, PREFIX_BYTES = HEADER_BYTES + FRAME_PREFIX_BYTES };

struct guest {
  int fd; /* -1: free */
  bool welcome;
  bool writable_awaited;
  struct incoming message;
  int in_flight;
  uint32_t sent_sequence;
  uint8_t prefix[PREFIX_BYTES];
  size_t written; /* of the frame that is being sent; 0: none */
};

static struct guest guests[MAX_GUESTS];
static int guests_used;
static int epoll;
static uint8_t *jpeg;
static uint32_t jpeg_bytes;
static uint32_t newest_sequence;
static uint64_t newest_captured;

static void watch(int operation, int fd, uint32_t events, uint64_t tag) {
  struct epoll_event event = {.events = events, .data.u64 = tag};
  if (epoll_ctl(epoll, operation, fd, &event) < 0) fail("epoll_ctl");
}

static void part_from(struct guest *guest) {
  close(guest->fd);
  guest->fd = -1;
}

static void await_writable(struct guest *guest, bool wanted) {
  if (guest->writable_awaited == wanted) return;
  guest->writable_awaited = wanted;
  watch(EPOLL_CTL_MOD, guest->fd, EPOLLIN | (wanted ? EPOLLOUT : 0), (uint64_t)(guest - guests));
}

/* Begins the newest frame if the guest may have it, and goes on with the one that was begun. */
static void serve(struct guest *guest) {
  size_t frame_bytes = PREFIX_BYTES + jpeg_bytes;
  if (guest->written == 0) {
    if (!guest->welcome || guest->in_flight >= WINDOW_FRAMES) return;
    if (guest->sent_sequence == newest_sequence) return;
    put_header(guest->prefix, FRAME, FRAME_PREFIX_BYTES + jpeg_bytes);
    put_u32(guest->prefix + HEADER_BYTES, newest_sequence);
    put_u64(guest->prefix + HEADER_BYTES + 4, newest_captured);
    guest->sent_sequence = newest_sequence;
    guest->in_flight++;
  }
  size_t in_prefix = guest->written < PREFIX_BYTES ? guest->written : PREFIX_BYTES;
  size_t in_jpeg = guest->written - in_prefix;
  struct iovec parts[2] = {
      {guest->prefix + in_prefix, PREFIX_BYTES - in_prefix},
      {jpeg + in_jpeg, jpeg_bytes - in_jpeg},
  };
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  ssize_t sent = sendmsg(guest->fd, &message, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) {
    part_from(guest);
    return;
  }
  if (sent > 0) guest->written += (size_t)sent;
  bool whole = guest->written == frame_bytes;
  if (whole) guest->written = 0;
  await_writable(guest, !whole);
}

static void understand(struct guest *guest) {
  static const char welcome[] =
      "{\"version\":1,\"host\":\"limit\",\"source\":{\"description\":\"limit\",\"width\":1280,"
      "\"height\":720,\"fps\":30,\"format\":\"bgr\"}}";
  uint8_t type = guest->message.head[3];
  if (type == HELLO) {
    guest->welcome = send_message(guest->fd, WELCOME, welcome, sizeof welcome - 1);
  } else if (type == ACK) {
    guest->in_flight--;
  }
}

static void receive(struct guest *guest) {
  uint8_t bytes[4096];
  ssize_t count = recv(guest->fd, bytes, sizeof bytes, 0);
  if (count <= 0) {
    if (count == 0 || errno != EAGAIN) part_from(guest);
    return;
  }
  for (uint32_t at = 0; at < (uint32_t)count;) {
    bool whole;
    at += incoming_take(&guest->message, bytes + at, (uint32_t)count - at, &whole);
    if (!whole) break;
    understand(guest);
    incoming_next(&guest->message);
  }
  if (guest->written == 0) serve(guest);
}

static void welcome_guest(int listener) {
  int fd = accept(listener, NULL, NULL);
  if (fd < 0) return;
  int place = 0;
  while (place < guests_used && guests[place].fd >= 0) place++;
  if (place == MAX_GUESTS) {
    close(fd);
    return;
  }
  if (place == guests_used) guests_used++;
  make_quick(fd);
  guests[place] = (struct guest){.fd = fd};
  watch(EPOLL_CTL_ADD, fd, EPOLLIN, (uint64_t)place);
}

static int listen_on(int port) {
  int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  struct sockaddr_in address = loopback(port);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  if (listen(listener, SOMAXCONN) < 0) fail("listen");
  return listener;
}

static int tick(int fps) {
  int timer = timerfd_create(CLOCK_MONOTONIC, 0);
  struct timespec period = {0, 1000000000 / fps};
  struct itimerspec setting = {period, period};
  if (timer < 0 || timerfd_settime(timer, 0, &setting, NULL) < 0) fail("timerfd");
  return timer;
}

int main(int count, char **arguments) {
  if (count != 4) {
    fprintf(stderr, "usage: fanout_server PORT JPEG_BYTES FPS\n");
    return 2;
  }
  jpeg_bytes = (uint32_t)atoi(arguments[2]);
  jpeg = malloc(jpeg_bytes);
  if (!jpeg) fail("malloc");
  memset(jpeg, 0x5a, jpeg_bytes);
  epoll = epoll_create1(0);
  const uint64_t LISTENER = MAX_GUESTS, TIMER = MAX_GUESTS + 1;
  int listener = listen_on(atoi(arguments[1])), timer = tick(atoi(arguments[3]));
  watch(EPOLL_CTL_ADD, listener, EPOLLIN, LISTENER);
  watch(EPOLL_CTL_ADD, timer, EPOLLIN, TIMER);

  while (true) {
    struct epoll_event events[64];
    int ready = epoll_wait(epoll, events, 64, -1);
    for (int i = 0; i < ready; i++) {
      uint64_t tag = events[i].data.u64;
      if (tag == LISTENER) {
        welcome_guest(listener);
      } else if (tag == TIMER) {
        uint64_t ticks;
        if (read(timer, &ticks, sizeof ticks) < 0) fail("timer");
        newest_sequence++;
        newest_captured = monotonic_micros();
        for (int g = 0; g < guests_used; g++) {
          if (guests[g].fd >= 0 && guests[g].written == 0) serve(&guests[g]);
        }
      } else if (guests[tag].fd >= 0) {
        if (events[i].events & EPOLLOUT) serve(&guests[tag]);
        if (guests[tag].fd >= 0 && events[i].events & ~(uint32_t)EPOLLOUT) receive(&guests[tag]);
      }
    }
  }
}
