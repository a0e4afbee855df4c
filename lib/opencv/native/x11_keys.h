// Which key was pressed.
#pragma once

#include <deque>
#include <map>

#include <X11/XKBlib.h>
#include <X11/Xlib.h>
#include <X11/keysym.h>

#include "native_window.h"

namespace bridge {

// The character of a key as a US keyboard names it, in small letters; 0 for one that has none, or
// is pressed with Ctrl, Alt or Super. A Latin letter or a digit counts by its name, wherever it is
// (AZERTY, Dvorak); a key that has another script's letter, or another sign, counts by its place.
inline char keyOf(XKeyEvent& event) {
  if (event.state & (ControlMask | Mod1Mask | Mod4Mask)) return 0;
  constexpr unsigned kGroupBits = 0x6000;  // the layout in use, without Shift and Caps Lock
  unsigned modifiers = 0;
  KeySym symbol = NoSymbol;
  XkbLookupKeySym(event.display, static_cast<KeyCode>(event.keycode), event.state & kGroupBits,
                  &modifiers, &symbol);
  if (symbol >= XK_a && symbol <= XK_z) return static_cast<char>('a' + (symbol - XK_a));
  if (symbol == XK_space) return ' ';
  if (symbol >= XK_0 && symbol <= XK_9) return static_cast<char>('0' + (symbol - XK_0));
  // The block of digits on the right is for arrows as well, by Num Lock.
  if (symbol >= XK_KP_0 && symbol <= XK_KP_9) return static_cast<char>('0' + (symbol - XK_KP_0));
  switch (symbol) {
    case XK_Escape:
      return kEscape;
    case XK_Left:
    case XK_KP_Left:
      return kLeft;
    case XK_Right:
    case XK_KP_Right:
      return kRight;
    case XK_Up:
    case XK_KP_Up:
      return kUp;
    case XK_Down:
    case XK_KP_Down:
      return kDown;
  }
  // The rows of keys, by the numbers that they have had on Linux since XFree86.
  constexpr struct {
    unsigned first;
    const char* keys;
  } kRows[] = {{10, "1234567890"}, {24, "qwertyuiop"}, {38, "asdfghjkl"}, {52, "zxcvbnm"}};
  for (const auto& row : kRows) {
    for (unsigned i = 0; row.keys[i] != '\0'; ++i) {
      if (event.keycode == row.first + i) return row.keys[i];
    }
  }
  return 0;
}

// The keys that were pressed in a window. One counts when it is let go: if it closed the window
// before, its end would go to the window that is there then.
class X11Keys {
 public:
  void press(XKeyEvent& event) { held_[event.keycode] = keyOf(event); }

  void release(const XKeyEvent& event) {
    const auto held = held_.find(event.keycode);
    if (held == held_.end()) return;
    if (held->second != 0) struck_.push_back(held->second);
    held_.erase(held);
  }

  // Keys that are held down when another window gets them are that one's.
  void forget() { held_.clear(); }

  // The next key; 0 where there is none.
  char next() {
    if (struck_.empty()) return 0;
    const char key = struck_.front();
    struck_.pop_front();
    return key;
  }

 private:
  std::map<unsigned, char> held_;
  std::deque<char> struck_;
};

}  // namespace bridge
