// A window with a picture on an X server. Not by OpenCV's toolkit, Qt: that ends the process when it
// cannot start, and when the server goes away. A library of its own, which loads no toolkit.
#include "bridge.h"
#include "x11_connection.h"
#include "x11_image.h"
#include "x11_keys.h"
#include "x11_screen.h"

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <deque>
#include <map>
#include <memory>

using namespace bridge;

namespace {

// The window's size before the first picture.
const cv::Size kFirstSize(640, 360);

// So long a picture is waited for until it is on screen; a server that takes longer gets no other
// one meanwhile.
constexpr int kPatienceMs = 20;

// So long a server is waited for before the window is closed.
constexpr int kFarewellMs = 200;

// What nextEvent() returns besides a key's character.
constexpr int32_t kNothing = 0;
constexpr int32_t kClosed = -1;

}  // namespace

class X11Window {
 public:
  explicit X11Window(const char* name) { open(name); }
  ~X11Window() {
    try {
      if (!arrives(kFarewellMs)) connection_.giveUp();
    } catch (...) {
      // It went away: there is nothing to say farewell to.
    }
  }

  // Shows a picture, and returns when it is on screen. A placeholder leaves the window's size alone.
  void show(const cv::Mat& picture, bool placeholder) {
    if (picture.empty() || picture.depth() != CV_8U ||
        (picture.channels() != 1 && picture.channels() != 3)) {
      throw std::runtime_error("it is no picture in BGR or grey");
    }
    handleEvents();
    if (closed_ || (pending_ && !arrives(0))) return;
    if (!placeholder) follow(picture.size());
    fitImage(picture.size());
    if (part_.size() == picture.size()) {
      image_->write(picture, part_);
    } else {
      // Every pixel counts where many become one; between few, the quicker way does.
      const bool shrinks = part_.width * 2 <= picture.cols;
      cv::resize(picture, scaled_, part_.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
      image_->write(scaled_, part_);
    }
    put();
    arrives(kPatienceMs);
    connection_.check();
  }

  // The next thing the user did: a key's character, kClosed, or kNothing.
  int32_t nextEvent() {
    handleEvents();
    if (exposed_ && !closed_ && image_ != nullptr && !pending_) {
      fitImage(picture_);
      put();
    }
    if (keys_.empty()) return closed_ ? kClosed : kNothing;
    const int32_t key = keys_.front();
    keys_.pop_front();
    return key;
  }

  bool lost() const { return connection_.lost(); }

  void toggleFullscreen() {
    fullscreen_ = !fullscreen_;
    sizedByUser_ = true;
    if (windowManagerCan(display_, "_NET_WM_STATE_FULLSCREEN")) {
      XEvent event = message(connection_.atom("_NET_WM_STATE"));
      event.xclient.data.l[0] = fullscreen_ ? 1 : 0;
      event.xclient.data.l[1] = static_cast<long>(connection_.atom("_NET_WM_STATE_FULLSCREEN"));
      event.xclient.data.l[3] = 1;  // from an ordinary program
      XSendEvent(display_, connection_.root(), False,
                 SubstructureNotifyMask | SubstructureRedirectMask, &event);
    } else {
      if (fullscreen_) beforeFullscreen_ = place();
      const cv::Rect area =
          fullscreen_ ? monitorAt(display_, centre(beforeFullscreen_)) : beforeFullscreen_;
      XMoveResizeWindow(display_, window_, area.x, area.y, area.width, area.height);
    }
    XFlush(display_);
    connection_.check();
  }

 private:
  void open(const char* name) {
    XSetWindowAttributes wanted{};
    wanted.colormap = XCreateColormap(display_, connection_.root(), visual_.visual, AllocNone);
    wanted.event_mask =
        KeyPressMask | KeyReleaseMask | FocusChangeMask | ExposureMask | StructureNotifyMask;
    wanted.bit_gravity = NorthWestGravity;
    window_ = XCreateWindow(display_, connection_.root(), 0, 0, size_.width, size_.height, 0, visual_.depth,
                            InputOutput, visual_.visual,
                            CWColormap | CWEventMask | CWBackPixel | CWBorderPixel | CWBitGravity,
                            &wanted);
    context_ = XCreateGC(display_, window_, 0, nullptr);
    shown_ = connection_.atom("_CAPTUREVIDEO_SHOWN");
    closing_ = connection_.atom("WM_DELETE_WINDOW");

    const std::string className = "capturevideo";
    XClassHint classHint{const_cast<char*>(name), const_cast<char*>(className.c_str())};
    XSizeHints sizeHints{};
    sizeHints.flags = PWinGravity;
    sizeHints.win_gravity = StaticGravity;  // a place that is asked for is the picture's own
    XWMHints windowHints{};
    windowHints.flags = InputHint;
    windowHints.input = True;
    Xutf8SetWMProperties(display_, window_, name, name, nullptr, 0, &sizeHints, &windowHints,
                         &classHint);
    const long process = getpid();
    setProperty("_NET_WM_NAME", connection_.atom("UTF8_STRING"), 8, name, std::strlen(name));
    setProperty("_NET_WM_PID", XA_CARDINAL, 32, &process, 1);
    XSetWMProtocols(display_, window_, &closing_, 1);
    fitImage(size_);
    XMapWindow(display_, window_);
    XFlush(display_);
    connection_.check();
  }

  // Works off what the server has sent.
  void handleEvents() {
    while (!lost() && XPending(display_) > 0) {
      XEvent event;
      XNextEvent(display_, &event);
      if (!lost()) handle(event);
    }
    connection_.check();
  }

  void handle(XEvent& event) {
    switch (event.type) {
      // A key counts when it is let go, or its end would go to the window that is there then.
      case KeyPress:
        pressed_[event.xkey.keycode] = keyOf(event.xkey);
        break;
      case KeyRelease: {
        const auto pressed = pressed_.find(event.xkey.keycode);
        if (pressed == pressed_.end()) break;
        if (pressed->second != 0) keys_.push_back(pressed->second);
        pressed_.erase(pressed);
        break;
      }
      case FocusOut:
        if (event.xfocus.detail != NotifyPointer) pressed_.clear();
        break;
      case MappingNotify:
        XRefreshKeyboardMapping(&event.xmapping);
        break;
      case MapNotify:
        // Without a window manager nobody else lets it have the keys.
        if (!hasWindowManager(display_)) {
          XSetInputFocus(display_, window_, RevertToPointerRoot, CurrentTime);
        }
        break;
      case Expose:
        exposed_ = true;
        break;
      case ConfigureNotify:
        resized({event.xconfigure.width, event.xconfigure.height});
        break;
      case DestroyNotify:
        closed_ = true;
        break;
      case ClientMessage:
        if (event.xclient.message_type == shown_) pending_ = false;
        if (static_cast<Atom>(event.xclient.data.l[0]) == closing_) closed_ = true;
        break;
    }
  }

  void resized(cv::Size size) {
    const auto wish = std::find(wishes_.begin(), wishes_.end(), size);
    if (wish != wishes_.end()) {
      wishes_.erase(wishes_.begin(), wish + 1);
      if (!wishes_.empty()) return;  // an older one; what is wished now is still to come
    } else if (size != size_) {
      sizedByUser_ = true;
    }
    if (size != size_) exposed_ = true;
    size_ = size;
  }

  // Gives the window the size of the largest picture so far, as far as the screen has room, until
  // the user has given it one. So it stays where smaller pictures come for a while.
  void follow(cv::Size picture) {
    if (picture.width <= natural_.width && picture.height <= natural_.height) return;
    natural_ = picture;
    if (sizedByUser_) return;
    const cv::Rect now = place();
    const auto frame = frameOf(display_, window_);
    cv::Rect area = workArea(display_, centre(now));
    area.x += frame[0], area.width -= frame[0] + frame[1];
    area.y += frame[2], area.height -= frame[2] + frame[3];
    const cv::Size size = fitted(picture, area.size(), 1);
    if (size == size_) return;
    const cv::Point corner(std::clamp(now.x, area.x, std::max(area.x, area.br().x - size.width)),
                           std::clamp(now.y, area.y, std::max(area.y, area.br().y - size.height)));
    wishes_.push_back(size);
    size_ = size;
    if (corner == now.tl()) {
      XResizeWindow(display_, window_, size.width, size.height);
    } else {
      XMoveResizeWindow(display_, window_, corner.x, corner.y, size.width, size.height);
    }
  }

  // The largest size with the picture's aspect that has room there, and is no larger than this.
  static cv::Size fitted(cv::Size picture, cv::Size room, double largestScale) {
    const double scale = std::min({largestScale, double(room.width) / picture.width,
                                   double(room.height) / picture.height});
    return {std::max(1, int(std::lround(picture.width * scale))),
            std::max(1, int(std::lround(picture.height * scale)))};
  }

  // Makes the pixels as large as the window, with a part in their middle for such a picture.
  void fitImage(cv::Size picture) {
    picture_ = picture;
    const cv::Size room = fitted(picture, size_, HUGE_VAL);
    const cv::Rect part(cv::Point((size_ - room) / 2), room);
    if (image_ != nullptr && image_->pixels.size() == size_) {
      if (part != part_) image_->pixels.setTo(0);
    } else {
      auto image = std::make_unique<X11Image>(display_, visual_, size_);
      if (image_ != nullptr) cv::resize(image_->pixels(part_), image->pixels(part), room);
      image_ = std::move(image);
    }
    part_ = part;
  }

  // Has the server take the pixels, and say so when it has.
  void put() {
    exposed_ = false;
    image_->put(window_, context_);
    XEvent event = message(shown_);
    XSendEvent(display_, window_, False, NoEventMask, &event);
    XFlush(display_);
    pending_ = true;
  }

  // Whether the server has taken the pixels, now or within this time.
  bool arrives(int patienceMs) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(patienceMs);
    for (handleEvents(); pending_; handleEvents()) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          end - std::chrono::steady_clock::now());
      pollfd connection{XConnectionNumber(display_), POLLIN, 0};
      if (left.count() <= 0 || ::poll(&connection, 1, static_cast<int>(left.count())) == 0) {
        return false;
      }
    }
    return true;
  }

  // Where the window's own pixels are on the screen.
  cv::Rect place() {
    int x = 0, y = 0;
    Window child = None;
    XTranslateCoordinates(display_, window_, connection_.root(), 0, 0, &x, &y, &child);
    return {cv::Point(x, y), size_};
  }

  static cv::Point centre(const cv::Rect& area) { return (area.tl() + area.br()) / 2; }

  XEvent message(Atom type) const {
    XEvent event{};
    event.xclient.type = ClientMessage;
    event.xclient.window = window_;
    event.xclient.message_type = type;
    event.xclient.format = 32;
    return event;
  }

  void setProperty(const char* name, Atom type, int bits, const void* data, size_t count) {
    XChangeProperty(display_, window_, connection_.atom(name), type, bits, PropModeReplace,
                    static_cast<const unsigned char*>(data), static_cast<int>(count));
  }

  X11Connection connection_;
  Display* const display_ = connection_.display();
  const XVisualInfo visual_ = findVisual(display_);
  Window window_ = None;
  GC context_ = nullptr;
  Atom shown_ = None;
  Atom closing_ = None;

  cv::Size size_ = kFirstSize;
  cv::Size natural_;              // the largest picture so far
  std::deque<cv::Size> wishes_;   // sizes asked for and not yet granted
  bool sizedByUser_ = false;
  bool fullscreen_ = false;
  cv::Rect beforeFullscreen_;

  std::unique_ptr<X11Image> image_;
  cv::Size picture_;  // of which it shows this part
  cv::Rect part_;
  cv::Mat scaled_;
  bool pending_ = false;  // the server has not taken the pixels yet
  bool exposed_ = false;
  bool closed_ = false;
  std::map<unsigned, char> pressed_;
  std::deque<int32_t> keys_;
};

namespace {

template <class Body>
int32_t guardedIn(X11Window* window, char* error, uint32_t errorBytes, Body body) noexcept {
  const int32_t status = guarded(error, errorBytes, body);
  return status == kFailed && window->lost() ? kDisplayLost : status;
}

}  // namespace

BRIDGE uint32_t x11_abi_version() noexcept { return kAbiVersion; }

BRIDGE X11Window* x11_window_open(const char* name, char* error, uint32_t errorBytes) noexcept {
  return guarded<X11Window*>(error, errorBytes, nullptr, [&] { return new X11Window(name); });
}

BRIDGE int32_t x11_window_show(X11Window* window, const cv::Mat* picture, int32_t placeholder,
                               char* error, uint32_t errorBytes) noexcept {
  return guardedIn(window, error, errorBytes, [&] { window->show(*picture, placeholder != 0); });
}

// What the user did in `event`: a key's character, -1 for closing the window, 0 for nothing more.
BRIDGE int32_t x11_window_next_event(X11Window* window, int32_t* event, char* error,
                                     uint32_t errorBytes) noexcept {
  return guardedIn(window, error, errorBytes, [&] { *event = window->nextEvent(); });
}

BRIDGE int32_t x11_window_toggle_fullscreen(X11Window* window, char* error,
                                            uint32_t errorBytes) noexcept {
  return guardedIn(window, error, errorBytes, [&] { window->toggleFullscreen(); });
}

BRIDGE void x11_window_close(X11Window* window) noexcept { delete window; }
