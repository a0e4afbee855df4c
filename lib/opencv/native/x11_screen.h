// What a window manager, if there is one, and the screen leave for windows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <opencv2/core.hpp>

#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <dlfcn.h>

namespace bridge {

// A property that is a list of 32-bit numbers; empty where there is none.
inline std::vector<long> readNumbers(Display* display, Window window, const char* name) {
  Atom type = None;
  int format = 0;
  unsigned long count = 0, more = 0;
  unsigned char* data = nullptr;
  XGetWindowProperty(display, window, XInternAtom(display, name, False), 0, 1024, False,
                     AnyPropertyType, &type, &format, &count, &more, &data);
  std::vector<long> numbers;
  if (data != nullptr && format == 32) {
    const auto* first = reinterpret_cast<const long*>(data);
    numbers.assign(first, first + count);
  }
  if (data != nullptr) XFree(data);
  return numbers;
}

inline bool hasWindowManager(Display* display) {
  return !readNumbers(display, XDefaultRootWindow(display), "_NET_SUPPORTING_WM_CHECK").empty();
}

inline bool windowManagerCan(Display* display, const char* what) {
  const auto supported = readNumbers(display, XDefaultRootWindow(display), "_NET_SUPPORTED");
  const auto atom = static_cast<long>(XInternAtom(display, what, False));
  return std::find(supported.begin(), supported.end(), atom) != supported.end();
}

// The monitor on which a point is, the smaller one where two show the same; the whole screen where
// that is not known.
inline cv::Rect monitorAt(Display* display, cv::Point point) {
  struct Monitor {  // XineramaScreenInfo
    int number;
    short x, y, width, height;
  };
  const int screen = XDefaultScreen(display);
  const cv::Rect whole(0, 0, XDisplayWidth(display, screen), XDisplayHeight(display, screen));
  static void* const library = dlopen("libXinerama.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) return whole;
  const auto query =
      reinterpret_cast<Monitor* (*)(Display*, int*)>(dlsym(library, "XineramaQueryScreens"));
  int count = 0;
  Monitor* monitors = query != nullptr ? query(display, &count) : nullptr;
  cv::Rect found = whole;
  for (int i = 0; i < count; ++i) {
    const cv::Rect area(monitors[i].x, monitors[i].y, monitors[i].width, monitors[i].height);
    if (area.contains(point) && area.area() < found.area()) found = area;
  }
  if (monitors != nullptr) XFree(monitors);
  return found;
}

// The part of a monitor that panels and docks leave free on the desktop in use.
inline cv::Rect workArea(Display* display, cv::Point point) {
  const cv::Rect whole = monitorAt(display, point);
  const Window root = XDefaultRootWindow(display);
  const auto areas = readNumbers(display, root, "_NET_WORKAREA");
  const auto desktop = readNumbers(display, root, "_NET_CURRENT_DESKTOP");
  // Xlib widens it as if it had a sign; 0xFFFFFFFF means all desktops.
  const size_t current = desktop.empty() ? 0 : static_cast<uint32_t>(desktop[0]);
  if (current >= areas.size() / 4) return whole;
  const size_t at = current * 4;
  const cv::Rect area(static_cast<int>(areas[at]), static_cast<int>(areas[at + 1]),
                      static_cast<int>(areas[at + 2]), static_cast<int>(areas[at + 3]));
  const cv::Rect inside = area & whole;
  return inside.empty() ? whole : inside;
}

// The dots per inch that the user has set for the display, which is how it is scaled.
inline int dotsPerInch(Display* display) {
  constexpr char kName[] = "Xft.dpi:";
  constexpr int kUsual = 96;
  const char* settings = XResourceManagerString(display);
  const char* found = settings != nullptr ? std::strstr(settings, kName) : nullptr;
  if (found == nullptr) return kUsual;
  const int dots = static_cast<int>(std::strtod(found + sizeof kName - 1, nullptr));
  return std::clamp(dots, kUsual / 2, kUsual * 5);
}

// How far a window's frame reaches beyond it: left, right, top, bottom.
inline std::vector<long> frameOf(Display* display, Window window) {
  auto frame = readNumbers(display, window, "_NET_FRAME_EXTENTS");
  frame.resize(4, 0);
  return frame;
}

}  // namespace bridge
