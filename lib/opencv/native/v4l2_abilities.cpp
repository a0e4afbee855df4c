// What a camera can do, as its driver tells it: formats, sizes, rates, controls.
#ifdef __linux__
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "json.h"
#include "v4l2.h"

namespace v4l2 {

namespace {

// More than any driver lists of anything; one that never ends is not followed for ever.
constexpr uint32_t kMaxEntries = 4096;

// Asks for entry 0, 1, 2 and so on, until there is none.
template <class Entry, class Describe>
std::string listed(const Device& device, unsigned long request, Entry entry, Describe describe) {
  std::vector<std::string> entries;
  for (uint32_t index = 0; index < kMaxEntries; ++index) {
    Entry asked = entry;
    asked.index = index;
    if (device.ask(request, &asked) != 0) break;
    std::string described = describe(asked);
    if (!described.empty()) entries.push_back(std::move(described));
  }
  return json::list(entries);
}

std::string range(uint32_t min, uint32_t max, uint32_t step) {
  return json::object({{"min", json::integer(min)},
                       {"max", json::integer(max)},
                       {"step", json::integer(step)}});
}

std::string only(uint32_t value) { return range(value, value, 0); }

// The shortest interval is the highest rate; nothing for an interval that cannot be.
std::string rates(const v4l2_fract& longest, const v4l2_fract& shortest) {
  if (longest.numerator == 0 || shortest.numerator == 0) return {};
  const auto rate = [](const v4l2_fract& interval) {
    return json::number(static_cast<double>(interval.denominator) / interval.numerator);
  };
  return json::object({{"min", rate(longest)}, {"max", rate(shortest)}});
}

std::string ratesOf(const Device& device, uint32_t pixelFormat, uint32_t width, uint32_t height) {
  v4l2_frmivalenum entry{};
  entry.pixel_format = pixelFormat;
  entry.width = width;
  entry.height = height;
  return listed(device, VIDIOC_ENUM_FRAMEINTERVALS, entry, [](const v4l2_frmivalenum& found) {
    return found.type == V4L2_FRMIVAL_TYPE_DISCRETE
               ? rates(found.discrete, found.discrete)
               : rates(found.stepwise.max, found.stepwise.min);
  });
}

// The rates of a range of sizes are those of the largest.
std::string sizesOf(const Device& device, uint32_t pixelFormat) {
  v4l2_frmsizeenum entry{};
  entry.pixel_format = pixelFormat;
  return listed(device, VIDIOC_ENUM_FRAMESIZES, entry, [&](const v4l2_frmsizeenum& found) {
    if (found.type == V4L2_FRMSIZE_TYPE_DISCRETE) {
      const auto& [width, height] = found.discrete;
      return json::object({{"width", only(width)},
                           {"height", only(height)},
                           {"rates", ratesOf(device, pixelFormat, width, height)}});
    }
    const v4l2_frmsize_stepwise& all = found.stepwise;
    return json::object({{"width", range(all.min_width, all.max_width, all.step_width)},
                         {"height", range(all.min_height, all.max_height, all.step_height)},
                         {"rates", ratesOf(device, pixelFormat, all.max_width, all.max_height)}});
  });
}

// Bit 31 marks the big-endian variant.
std::string fourccOf(uint32_t pixelFormat) {
  std::string text;
  for (int shift = 0; shift < 32; shift += 8) {
    text += static_cast<char>(pixelFormat >> shift & 0x7f);
  }
  return pixelFormat >> 31 ? text + "-BE" : text;
}

// The kinds of control that are one 32-bit number; nullptr for the others.
const char* kindOf(const v4l2_query_ext_ctrl& control) {
  if (control.elems > 1) return nullptr;
  switch (control.type) {
    case V4L2_CTRL_TYPE_INTEGER: return "integer";
    case V4L2_CTRL_TYPE_BOOLEAN: return "boolean";
    case V4L2_CTRL_TYPE_MENU: return "menu";
    case V4L2_CTRL_TYPE_BUTTON: return "button";
    case V4L2_CTRL_TYPE_BITMASK: return "bitmask";
    case V4L2_CTRL_TYPE_INTEGER_MENU: return "integer menu";
    default: return nullptr;
  }
}

// A menu's entries, value and label; values that the driver skips are missing.
std::string menuOf(const Device& device, const v4l2_query_ext_ctrl& control) {
  std::vector<std::string> entries;
  const bool isInteger = control.type == V4L2_CTRL_TYPE_INTEGER_MENU;
  if (!isInteger && control.type != V4L2_CTRL_TYPE_MENU) return json::list(entries);
  for (int64_t value = control.minimum; value <= control.maximum; ++value) {
    if (entries.size() == kMaxEntries) break;
    v4l2_querymenu item{};
    item.id = control.id;
    item.index = static_cast<uint32_t>(value);
    if (device.ask(VIDIOC_QUERYMENU, &item) != 0) continue;
    const std::string label = isInteger ? std::to_string(item.value) : textIn(item.name);
    entries.push_back(json::list({json::integer(value), json::quoted(label)}));
  }
  return json::list(entries);
}

// Null for a button, which has no value, and where the camera will not tell it.
std::string valueOf(const Device& device, const v4l2_query_ext_ctrl& control) {
  v4l2_control asked{};
  asked.id = control.id;
  const bool hasValue = control.type != V4L2_CTRL_TYPE_BUTTON &&
                        (control.flags & V4L2_CTRL_FLAG_WRITE_ONLY) == 0;
  if (!hasValue || device.ask(VIDIOC_G_CTRL, &asked) != 0) return "null";
  return control.type == V4L2_CTRL_TYPE_BITMASK
             ? json::integer(static_cast<uint32_t>(asked.value))
             : json::integer(asked.value);
}

}  // namespace

Device::Device(const std::string& path)
    : file_(open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)), error_(file_ < 0 ? errno : 0) {}

Device::~Device() {
  if (file_ >= 0) close(file_);
}

Errno Device::ask(unsigned long request, void* argument) const {
  while (ioctl(file_, request, argument) < 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

std::string formatsOf(const Device& device) {
  v4l2_fmtdesc entry{};
  entry.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  return listed(device, VIDIOC_ENUM_FMT, entry, [&](const v4l2_fmtdesc& found) {
    return json::object({{"fourcc", json::quoted(fourccOf(found.pixelformat))},
                         {"sizes", sizesOf(device, found.pixelformat)}});
  });
}

std::string controlsOf(const Device& device) {
  std::vector<std::string> controls;
  v4l2_query_ext_ctrl control{};
  for (uint32_t count = 0; count < kMaxEntries; ++count) {
    const uint32_t next = control.id | V4L2_CTRL_FLAG_NEXT_CTRL;
    control = {};
    control.id = next;
    if (device.ask(VIDIOC_QUERY_EXT_CTRL, &control) != 0) break;
    const char* kind = kindOf(control);
    if (kind == nullptr || (control.flags & V4L2_CTRL_FLAG_DISABLED) != 0) continue;
    controls.push_back(json::object({
        {"id", json::integer(control.id)},
        {"label", json::quoted(textIn(control.name))},
        {"type", json::quoted(kind)},
        {"min", json::integer(control.minimum)},
        {"max", json::integer(control.maximum)},
        {"step", json::integer(static_cast<int64_t>(control.step))},
        {"default", json::integer(control.default_value)},
        {"value", valueOf(device, control)},
        {"menu", menuOf(device, control)},
        {"inactive", json::boolean((control.flags & V4L2_CTRL_FLAG_INACTIVE) != 0)},
        {"readOnly", json::boolean((control.flags & V4L2_CTRL_FLAG_READ_ONLY) != 0)},
    }));
  }
  return json::list(controls);
}

}  // namespace v4l2
#endif
