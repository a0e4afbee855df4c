// GStreamer asked directly, where OpenCV says nothing: whether a pipeline can be built at all. Its
// headers are not needed, and it is not either: OpenCV has it loaded, or has none.
#include "bridge.h"

#include <dlfcn.h>

using namespace bridge;

namespace {

// As glib/gerror.h has it.
struct GError {
  uint32_t domain;
  int code;
  char* message;
};

constexpr int kFatalErrors = 1;  // GST_PARSE_FLAG_FATAL_ERRORS: no part of a pipeline

#ifdef __APPLE__
constexpr const char* kLibrary = "libgstreamer-1.0.0.dylib";
#else
constexpr const char* kLibrary = "libgstreamer-1.0.so.0";
#endif

template <class Function>
Function* symbol(void* library, const char* name) {
  return reinterpret_cast<Function*>(dlsym(library, name));
}

void* loadedLibrary() { return dlopen(kLibrary, RTLD_LAZY | RTLD_NOLOAD); }

}  // namespace

// GLib writes complaints about programs to stderr, which here are about OpenCV.
void bridge::silence_glib() {
  void* const library = loadedLibrary();
  if (library == nullptr) return;
  using Handler = void(const char*, int, const char*, void*);
  auto* const set = symbol<Handler*(Handler*, void*)>(library, "g_log_set_default_handler");
  if (set != nullptr) set([](const char*, int, const char*, void*) {}, nullptr);
}

// Builds a pipeline and throws it away; nothing is opened. kOk also where GStreamer cannot be asked;
// kFailed with its own words.
BRIDGE int32_t pipeline_check(Error* error, const char* pipeline) noexcept {
  return guarded<int32_t>(error, kFailed, [&]() -> int32_t {
    void* const library = loadedLibrary();
    if (library == nullptr) return kOk;
    auto* const init = symbol<int(int*, char***, GError**)>(library, "gst_init_check");
    auto* const parse =
        symbol<void*(const char*, void*, int, GError**)>(library, "gst_parse_launch_full");
    auto* const unref = symbol<void(void*)>(library, "gst_object_unref");
    auto* const freeError = symbol<void(GError*)>(library, "g_error_free");
    if (!init || !parse || !unref || !freeError) return kOk;

    GError* failure = nullptr;
    void* built = init(nullptr, nullptr, &failure) ? parse(pipeline, nullptr, kFatalErrors, &failure)
                                                   : nullptr;
    if (failure != nullptr) {
      error->say(failure->message);
      freeError(failure);
    }
    if (built == nullptr) return kFailed;
    unref(built);
    return failure == nullptr ? kOk : kFailed;
  });
}
