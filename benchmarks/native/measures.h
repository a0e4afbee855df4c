/*
 * What the fan-out benchmark measures with: a process's CPU time and memory, and percentiles.
 */
#ifndef MEASURES_H
#define MEASURES_H

#include <unistd.h>

#include "wire.h"

struct usage {
  double cpu_ms;
  long resident_kb;
};

static inline struct usage usage_of(int pid) {
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

static inline int ascending(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static inline double share_of(const float *sorted, size_t count, double share) {
  return count ? sorted[(size_t)((double)(count - 1) * share)] : 0;
}

#endif
