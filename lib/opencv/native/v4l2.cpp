// Cameras on Linux, asked through Video4Linux: which there are, what they can do, who has one, and
// whether its stream starts. Answers are JSON in the caller's buffer.
#ifdef __linux__
#include "call.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <grp.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json.h"
#include "v4l2.h"

using namespace bridge;
using v4l2::Device;
using v4l2::Errno;
namespace fs = std::filesystem;

namespace {

// Where udev keeps links to cameras, those that name the device itself first.
constexpr const char* kStableFolders[] = {"/dev/v4l/by-id", "/dev/v4l/by-path"};

// As many buffers as OpenCV asks for.
constexpr uint32_t kBuffers = 4;

// Folders vanish and refuse while one looks: what cannot be read is not there.
std::vector<fs::path> entriesOf(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    entries.push_back(entry->path());
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

std::string realPath(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  return error ? path : real.string();
}

std::string lineIn(const fs::path& file) {
  std::string line;
  std::ifstream stream(file);
  std::getline(stream, line);
  return line;
}

bool isNumber(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

std::string stablePathOf(const std::string& path) {
  for (const char* folder : kStableFolders) {
    for (const fs::path& link : entriesOf(folder)) {
      if (realPath(link) == path) return json::quoted(link);
    }
  }
  return "null";
}

std::string errorJson(Errno number) {
  if (number == 0) return "null";
  return json::object({{"errno", json::integer(number)},
                       {"reason", json::quoted(std::strerror(number))}});
}

// What this node can do; a driver that does not tell it tells what the whole device can.
uint32_t abilitiesOf(const v4l2_capability& found) {
  return found.capabilities & V4L2_CAP_DEVICE_CAPS ? found.device_caps : found.capabilities;
}

bool delivers(const v4l2_capability& found) {
  return (abilitiesOf(found) & V4L2_CAP_VIDEO_CAPTURE) != 0;
}

// Nothing for a node that delivers no pictures: a webcam has others, for its metadata.
std::string describe(const std::string& path, bool formats, bool controls) {
  const std::string node = fs::path(path).filename();
  const Device device(path);
  v4l2_capability found{};
  const Errno error = device.error() != 0 ? device.error() : device.ask(VIDIOC_QUERYCAP, &found);
  if (error == 0 && !delivers(found)) return {};
  const std::string sysfsName = lineIn("/sys/class/video4linux/" + node + "/name");
  return json::object({
      {"index", node.substr(std::strlen("video"))},
      {"path", json::quoted(path)},
      {"stablePath", stablePathOf(path)},
      {"name", json::quoted(error == 0          ? v4l2::textIn(found.card)
                            : sysfsName.empty() ? node
                                                : sysfsName)},
      {"driver", json::quoted(v4l2::textIn(found.driver))},
      {"bus", json::quoted(v4l2::textIn(found.bus_info))},
      {"formats", error == 0 && formats ? v4l2::formatsOf(device) : "[]"},
      {"controls", error == 0 && controls ? v4l2::controlsOf(device) : "[]"},
      {"error", errorJson(error)},
  });
}

Errno startStream(const Device& device) {
  int32_t type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  v4l2_format format{};
  format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  if (const Errno error = device.ask(VIDIOC_G_FMT, &format)) return error;
  // As it is: that alone tells of another user.
  if (const Errno error = device.ask(VIDIOC_S_FMT, &format)) return error;
  v4l2_requestbuffers request{};
  request.count = kBuffers;
  request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  request.memory = V4L2_MEMORY_MMAP;
  if (const Errno error = device.ask(VIDIOC_REQBUFS, &request)) return error;
  for (uint32_t index = 0; index < request.count; ++index) {
    v4l2_buffer buffer{};
    buffer.index = index;
    buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    buffer.memory = V4L2_MEMORY_MMAP;
    if (const Errno error = device.ask(VIDIOC_QBUF, &buffer)) return error;
  }
  if (const Errno error = device.ask(VIDIOC_STREAMON, &type)) return error;
  // Closing the device frees the buffers.
  return device.ask(VIDIOC_STREAMOFF, &type);
}

// At which step using the camera fails, and why.
std::string tryStream(const std::string& path) {
  const auto failed = [](const char* step, Errno error) {
    return json::object({{"step", json::quoted(step)}, {"error", errorJson(error)}});
  };
  const Device device(path);
  if (device.error() != 0) return failed("open", device.error());
  v4l2_capability found{};
  const Errno error = device.ask(VIDIOC_QUERYCAP, &found);
  if (error == ENOTTY || (error == 0 && !delivers(found))) return failed("capability", ENOTTY);
  if (error != 0) return failed("open", error);
  return failed("stream", startStream(device));
}

std::string groupOf(const std::string& path) {
  struct stat node {};
  if (stat(path.c_str(), &node) != 0) return {};
  const group* found = getgrgid(node.st_gid);
  return found == nullptr ? std::to_string(node.st_gid) : found->gr_name;
}

// The other programs that hold a device node open, as far as this user may see.
std::vector<std::string> holdersOf(const std::string& path) {
  std::vector<std::string> holders;
  for (const fs::path& process : entriesOf("/proc")) {
    const std::string number = process.filename();
    if (!isNumber(number) || number == std::to_string(getpid())) continue;
    const auto files = entriesOf(process / "fd");
    const bool holds = std::any_of(files.begin(), files.end(), [&](const fs::path& file) {
      std::error_code error;
      return fs::read_symlink(file, error) == path;
    });
    if (!holds) continue;
    const std::string name = lineIn(process / "comm");
    holders.push_back((name.empty() ? "a program" : name) + " (process " + number + ")");
  }
  return holders;
}

// The bytes that the answer takes with its zero; where that is more than there is room for, it is
// cut and must be asked for again. 0 where there is none, and then what failed instead of JSON.
template <class Body>
uint32_t answered(char* json, uint32_t jsonBytes, Body body) noexcept {
  Error error;
  const auto length = guarded<uint32_t>(&error, 0, [&] {
    const std::string text = body();
    copyText(json, jsonBytes, text);
    return static_cast<uint32_t>(text.size() + 1);
  });
  if (length == 0) copyText(json, jsonBytes, error.text);
  return length;
}

}  // namespace

BRIDGE uint32_t v4l2_cameras(const char* path, int32_t formats, int32_t controls, char* json,
                             uint32_t jsonBytes) noexcept {
  return answered(json, jsonBytes, [&] {
    std::vector<std::string> cameras;
    for (const fs::path& node : entriesOf("/dev")) {
      const std::string name = node.filename();
      if (name.rfind("video", 0) != 0 || !isNumber(name.substr(std::strlen("video")))) continue;
      if (*path != '\0' && node != path) continue;
      std::string described = describe(node, formats != 0, controls != 0);
      if (!described.empty()) cameras.push_back(std::move(described));
    }
    return json::list(cameras);
  });
}

BRIDGE uint32_t v4l2_try_stream(const char* path, char* json, uint32_t jsonBytes) noexcept {
  return answered(json, jsonBytes, [&] { return tryStream(path); });
}

BRIDGE uint32_t v4l2_users(const char* path, char* json, uint32_t jsonBytes) noexcept {
  return answered(json, jsonBytes, [&] {
    std::vector<std::string> holders = holdersOf(path);
    for (std::string& holder : holders) holder = json::quoted(holder);
    return json::object({{"group", json::quoted(groupOf(path))}, {"holders", json::list(holders)}});
  });
}

BRIDGE uint32_t v4l2_real_path(const char* path, char* json, uint32_t jsonBytes) noexcept {
  return answered(json, jsonBytes, [&] { return json::quoted(realPath(path)); });
}

BRIDGE uint32_t v4l2_set_control(const char* path, uint32_t id, int32_t value, char* json,
                                 uint32_t jsonBytes) noexcept {
  return answered(json, jsonBytes, [&] {
    const Device device(path);
    v4l2_control control{};
    control.id = id;
    control.value = value;
    return errorJson(device.error() != 0 ? device.error() : device.ask(VIDIOC_S_CTRL, &control));
  });
}
#endif
