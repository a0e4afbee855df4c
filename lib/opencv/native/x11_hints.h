// What a window tells the window manager, and asks of it.
#pragma once

#include <unistd.h>

#include <cstring>

#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>

#include "x11_connection.h"

namespace bridge {

inline XEvent messageFor(Window window, Atom type) {
  XEvent event{};
  event.xclient.type = ClientMessage;
  event.xclient.window = window;
  event.xclient.message_type = type;
  event.xclient.format = 32;
  return event;
}

// Names the window, its program and its process, and has its closing told by such a message.
inline void introduce(const X11Connection& connection, Window window, const char* name,
                      Atom closing) {
  Display* display = connection.display();
  char className[] = "capturevideo";
  XClassHint classHint{const_cast<char*>(name), className};
  XSizeHints sizeHints{};
  sizeHints.flags = PWinGravity;
  sizeHints.win_gravity = StaticGravity;  // a place that is asked for is the picture's own
  XWMHints windowHints{};
  windowHints.flags = InputHint;
  windowHints.input = True;
  Xutf8SetWMProperties(display, window, name, name, nullptr, 0, &sizeHints, &windowHints,
                       &classHint);
  const auto* title = reinterpret_cast<const unsigned char*>(name);
  XChangeProperty(display, window, connection.atom("_NET_WM_NAME"), connection.atom("UTF8_STRING"),
                  8, PropModeReplace, title, static_cast<int>(std::strlen(name)));
  const long process = getpid();
  XChangeProperty(display, window, connection.atom("_NET_WM_PID"), XA_CARDINAL, 32,
                  PropModeReplace, reinterpret_cast<const unsigned char*>(&process), 1);
  XSetWMProtocols(display, window, &closing, 1);
}

inline void askForFullscreen(const X11Connection& connection, Window window, bool on) {
  XEvent event = messageFor(window, connection.atom("_NET_WM_STATE"));
  event.xclient.data.l[0] = on ? 1 : 0;
  event.xclient.data.l[1] = static_cast<long>(connection.atom("_NET_WM_STATE_FULLSCREEN"));
  event.xclient.data.l[3] = 1;  // from an ordinary program
  XSendEvent(connection.display(), connection.root(), False,
             SubstructureNotifyMask | SubstructureRedirectMask, &event);
}

}  // namespace bridge
