/*
 * What TurboJPEG alone costs: compresses or decompresses one picture over and over with kept
 * buffers, back to back or paced, and prints the CPU time per picture of the whole process.
 *
 * A paced program finds colder caches and a slower clock than one that never pauses, so only the
 * paced figure compares with a program that handles 30 frames a second.
 *
 * usage: turbojpeg_limit encode|encode-planes|decode PICTURE.bgr WIDTH HEIGHT QUALITY FPS FRAMES
 * FPS 0: no pauses. encode-planes begins with the picture's luma and chroma, 4:2:0, and not with BGR.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <turbojpeg.h>

static void fail(const char *what) {
  fprintf(stderr, "turbojpeg_limit: %s\n", what);
  exit(1);
}

static double cpu_ms(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
         (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

/* Waits for the next tick of a clock that ticks `fps` times a second. */
static void wait_for_tick(struct timespec *tick, int fps) {
  tick->tv_nsec += 1000000000 / fps;
  if (tick->tv_nsec >= 1000000000) {
    tick->tv_nsec -= 1000000000;
    tick->tv_sec++;
  }
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, tick, NULL);
}

int main(int count, char **arguments) {
  if (count != 8) {
    fail("usage: encode|encode-planes|decode PICTURE.bgr WIDTH HEIGHT QUALITY FPS FRAMES");
  }
  int encode = strcmp(arguments[1], "encode") == 0;
  int encode_planes = strcmp(arguments[1], "encode-planes") == 0;
  int width = atoi(arguments[3]), height = atoi(arguments[4]), quality = atoi(arguments[5]);
  int fps = atoi(arguments[6]), frames = atoi(arguments[7]);

  size_t bytes = (size_t)width * (size_t)height * 3;
  unsigned char *picture = malloc(bytes);
  FILE *file = fopen(arguments[2], "rb");
  if (!file || !picture || fread(picture, 1, bytes, file) != bytes) fail("cannot read the picture");
  fclose(file);

  unsigned char *jpeg = tjAlloc((int)tjBufSize(width, height, TJSAMP_420));
  unsigned long jpeg_bytes = 0;
  tjhandle compressor = tjInitCompress(), decompressor = tjInitDecompress();
  unsigned char *planes = tjAlloc((int)tjBufSizeYUV2(width, 1, height, TJSAMP_420));
  if (tjEncodeYUV3(compressor, picture, width, 0, height, TJPF_BGR, planes, 1, TJSAMP_420, 0) < 0) {
    fail(tjGetErrorStr2(compressor));
  }
  double start = 0;
  struct timespec tick;
  for (int i = -fps; i < frames; i++) { /* the first second warms up */
    if (i == 0 || i == -fps) {
      start = cpu_ms();
      clock_gettime(CLOCK_MONOTONIC, &tick);
    }
    if (encode || i == -fps) {
      if (tjCompress2(compressor, picture, width, 0, height, TJPF_BGR, &jpeg, &jpeg_bytes,
                      TJSAMP_420, quality, TJFLAG_NOREALLOC) < 0) {
        fail(tjGetErrorStr2(compressor));
      }
    }
    if (encode_planes && tjCompressFromYUV(compressor, planes, width, 1, height, TJSAMP_420, &jpeg,
                                           &jpeg_bytes, quality, TJFLAG_NOREALLOC) < 0) {
      fail(tjGetErrorStr2(compressor));
    }
    if (!encode && !encode_planes &&
        tjDecompress2(decompressor, jpeg, jpeg_bytes, picture, width, 0, height, TJPF_BGR, 0) < 0) {
      fail(tjGetErrorStr2(decompressor));
    }
    if (fps) wait_for_tick(&tick, fps);
  }
  printf("{\"cpuMsPerFrame\": %.4f, \"jpegBytes\": %lu}\n", (cpu_ms() - start) / frames, jpeg_bytes);
  return 0;
}
