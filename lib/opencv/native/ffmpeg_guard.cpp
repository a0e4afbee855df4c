// Where the size or the pixel format of a stream changes, OpenCV goes on converting by the first
// picture's, and reads beyond the end of the others: a segmentation fault, or noise. FFmpeg has a
// flag to drop such pictures (drop_changed), but OpenCV has no way to set it. The dynamic linker
// finds these three functions of FFmpeg's in this library first, as it has loaded OpenCV for it.
// Where it does not (OpenCV linked otherwise, another system) all is as it was.
#include "ffmpeg_guard.h"

namespace {

thread_local bool reading = false;
thread_local bool changed = false;

}  // namespace

bridge::ChangeGuard::ChangeGuard() { reading = true; }

bridge::ChangeGuard::~ChangeGuard() { reading = ::changed = false; }

bool bridge::ChangeGuard::changed() const { return ::changed; }

#ifdef __linux__
#include <dlfcn.h>

#include <cstdint>

namespace {

constexpr int kInputChanged = -0x636e6701;  // AVERROR_INPUT_CHANGED

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

#define FFMPEG extern "C" __attribute__((visibility("default")))

FFMPEG int avcodec_open2(void* context, const void* codec, void** options) {
  static auto* const open = next<int(void*, const void*, void**)>("avcodec_open2");
  static auto* const set = next<int(void*, const char*, const char*, int)>("av_opt_set");
  if (set != nullptr) set(context, "flags", "+drop_changed", 0);
  return open(context, codec, options);
}

FFMPEG int avcodec_receive_frame(void* context, void* frame) {
  static auto* const receive = next<int(void*, void*)>("avcodec_receive_frame");
  const int result = receive(context, frame);
  if (reading && result == kInputChanged) changed = true;
  return result;
}

// OpenCV would try hundreds of pictures more; this has it give up at once.
FFMPEG int avcodec_send_packet(void* context, const void* packet) {
  static auto* const send = next<int(void*, const void*)>("avcodec_send_packet");
  return changed ? kInputChanged : send(context, packet);
}

#endif
