// A connection to an X server that may go away at any time without taking the process along.
#pragma once

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>

#include <X11/XKBlib.h>
#include <X11/Xlib.h>

namespace bridge {

// How many requests the server has refused; the default handler would end the process.
inline int xErrors = 0;

class X11Connection {
 public:
  X11Connection() : name_(nameOfDisplay()), display_(connect(name_)) {
    if (display_ == nullptr) {
      throw std::runtime_error("the display " + name_ +
                               " (DISPLAY) does not answer or refuses this user");
    }
    XSetErrorHandler([](Display*, XErrorEvent*) { return ++xErrors; });
    XSetIOErrorHandler([](Display*) { return 0; });  // the default one prints
    XSetIOErrorExitHandler(
        display_, [](Display*, void* lost) { *static_cast<bool*>(lost) = true; }, &lost_);
    XkbSetDetectableAutoRepeat(display_, True, nullptr);
  }
  ~X11Connection() {
    if (!lost_) XCloseDisplay(display_);
  }
  X11Connection(const X11Connection&) = delete;
  X11Connection& operator=(const X11Connection&) = delete;

  Display* display() const { return display_; }
  Window root() const { return XDefaultRootWindow(display_); }
  Atom atom(const char* name) const { return XInternAtom(display_, name, False); }

  bool lost() const { return lost_; }
  void check() const {
    if (lost_) throw std::runtime_error("the display " + name_ + " went away");
  }
  // Leaves a server alone that does not answer, and would not do so to a farewell.
  void giveUp() { lost_ = true; }

 private:
  static std::string nameOfDisplay() {
    const char* name = std::getenv("DISPLAY");
    if (name != nullptr && *name != '\0') return name;
    const char* wayland = std::getenv("WAYLAND_DISPLAY");
    throw std::runtime_error(
        wayland != nullptr && *wayland != '\0'
            ? "windows are drawn through X11 and DISPLAY is not set; on Wayland that is Xwayland"
            : "there is no display (DISPLAY is not set)");
  }

  // A server whose last client has just left begins anew, and refuses everybody for a moment.
  static Display* connect(const std::string& name) {
    Display* display = XOpenDisplay(name.c_str());
    for (int tries = 0; display == nullptr && tries < 3; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      display = XOpenDisplay(name.c_str());
    }
    return display;
  }

  const std::string name_;
  Display* const display_;
  bool lost_ = false;
};

}  // namespace bridge
