// A window with a picture on an X server. Not by OpenCV's toolkit, Qt: that ends the process when
// it cannot start, and when the server goes away.
#include "native_window.h"
#include "x11_canvas.h"
#include "x11_clicks.h"
#include "x11_connection.h"
#include "x11_hints.h"
#include "x11_keys.h"
#include "x11_screen.h"
#include "x11_size.h"

#include <poll.h>

#include <chrono>
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

class X11Window final : public NativeWindow {
 public:
  explicit X11Window(const char* name) {
    XSetWindowAttributes wanted{};
    wanted.colormap = XCreateColormap(display_, connection_.root(), visual_.visual, AllocNone);
    wanted.event_mask = KeyPressMask | KeyReleaseMask | ButtonPressMask | ButtonReleaseMask |
                        FocusChangeMask | ExposureMask | StructureNotifyMask;
    wanted.bit_gravity = NorthWestGravity;
    window_ = XCreateWindow(
        display_, connection_.root(), 0, 0, size_.now.width, size_.now.height, 0, visual_.depth,
        InputOutput, visual_.visual,
        CWColormap | CWEventMask | CWBackPixel | CWBorderPixel | CWBitGravity, &wanted);
    context_ = XCreateGC(display_, window_, 0, nullptr);
    shown_ = connection_.atom("_CAPTUREVIDEO_SHOWN");
    closing_ = connection_.atom("WM_DELETE_WINDOW");
    introduce(connection_, window_, name, closing_);
    canvas_.fit(size_.now, size_.now);
    XMapWindow(display_, window_);
    XFlush(display_);
    connection_.check();
  }
  ~X11Window() override {
    try {
      if (!arrives(kFarewellMs)) connection_.giveUp();
    } catch (...) {
      // It went away: there is nothing to say farewell to.
    }
  }

  void show(const cv::Mat& picture, bool placeholder) override {
    X11Canvas::check(picture);
    if (!arrives(0) || closed_) return;
    if (!placeholder) follow(picture.size());
    put(canvas_.show(picture, size_.now));
    arrives(kPatienceMs);
    connection_.check();
  }

  bool showAt(const cv::Mat& picture, cv::Point at) override {
    X11Canvas::check(picture);
    if (!arrives(0) || closed_) return false;
    const cv::Rect part = canvas_.showAt(picture, at, size_.now);
    if (!part.empty()) put(part);
    arrives(kPatienceMs);
    connection_.check();
    return true;
  }

  void preferSize(cv::Size size) override {
    follow(size);
    XFlush(display_);
    connection_.check();
  }

  WindowMetrics metrics() override {
    handleEvents();
    return {size_.now, dotsPerInch(display_)};
  }

  WindowEvent nextEvent() override {
    if (arrives(0) && exposed_ && !closed_) put(canvas_.refit(size_.now));
    if (const char key = keys_.next()) return {key};
    if (cv::Point at; clicks_.next(at)) return {kClicked, at};
    return {closed_ ? kClosed : 0};
  }

  bool lost() const override { return connection_.lost(); }

  void toggleFullscreen() override {
    fullscreen_ = !fullscreen_;
    size_.leaveToUser();
    if (windowManagerCan(display_, "_NET_WM_STATE_FULLSCREEN")) {
      askForFullscreen(connection_, window_, fullscreen_);
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
      case KeyPress:
        keys_.press(event.xkey);
        break;
      case KeyRelease:
        keys_.release(event.xkey);
        break;
      case ButtonPress:
        clicks_.press(event.xbutton);
        break;
      case ButtonRelease:
        clicks_.release(event.xbutton);
        break;
      case FocusOut:
        if (event.xfocus.detail != NotifyPointer) keys_.forget();
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
        exposed_ |= size_.configured({event.xconfigure.width, event.xconfigure.height});
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

  // Gives the window the picture's size, as far as the screen has room, and moves it there.
  void follow(cv::Size picture) {
    if (!size_.follows(picture)) return;
    const cv::Rect now = place();
    const auto frame = frameOf(display_, window_);
    cv::Rect area = workArea(display_, centre(now));
    area.x += frame[0], area.width -= frame[0] + frame[1];
    area.y += frame[2], area.height -= frame[2] + frame[3];
    const cv::Size size = fitted(picture, area.size(), 1);
    if (size == size_.now) return;
    const cv::Point corner(std::clamp(now.x, area.x, std::max(area.x, area.br().x - size.width)),
                           std::clamp(now.y, area.y, std::max(area.y, area.br().y - size.height)));
    size_.request(size);
    if (corner == now.tl()) {
      XResizeWindow(display_, window_, size.width, size.height);
    } else {
      XMoveResizeWindow(display_, window_, corner.x, corner.y, size.width, size.height);
    }
  }

  // Has the server take these pixels.
  void put(const cv::Rect& part) {
    exposed_ = false;
    pending_ = true;
    sent_ = false;
    canvas_.image().begin(part);
    send();
  }

  // Sends what is left of the pixels, and has the server say when it has taken them.
  void send() {
    if (sent_ || !canvas_.image().send(window_, context_)) return;
    XEvent event = messageFor(window_, shown_);
    XSendEvent(display_, window_, False, NoEventMask, &event);
    XFlush(display_);
    sent_ = true;
  }

  // Whether the server has taken the pixels, now or within this time.
  bool arrives(int patienceMs) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(patienceMs);
    for (handleEvents(); pending_; handleEvents()) {
      send();
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          end - std::chrono::steady_clock::now());
      const short events = sent_ ? POLLIN : POLLIN | POLLOUT;
      pollfd socket{XConnectionNumber(display_), events, 0};
      if (left.count() <= 0 || ::poll(&socket, 1, static_cast<int>(left.count())) == 0) {
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
    return {cv::Point(x, y), size_.now};
  }

  static cv::Point centre(const cv::Rect& area) { return (area.tl() + area.br()) / 2; }

  X11Connection connection_;
  Display* const display_ = connection_.display();
  const XVisualInfo visual_ = findVisual(display_);
  Window window_ = None;
  GC context_ = nullptr;
  Atom shown_ = None;
  Atom closing_ = None;

  WindowSize size_{fitted(kFirstSize, workArea(display_, {}).size(), 1)};
  bool fullscreen_ = false;
  cv::Rect beforeFullscreen_;

  X11Canvas canvas_{connection_, visual_};
  bool pending_ = false;  // the server has not taken the pixels yet
  bool sent_ = true;      // it has them all
  bool exposed_ = false;
  bool closed_ = false;
  X11Keys keys_;
  X11Clicks clicks_;
};

}  // namespace

std::unique_ptr<NativeWindow> bridge::openWindow(const char* name) {
  return std::make_unique<X11Window>(name);
}

void bridge::checkDisplay() { findVisual(X11Connection().display()); }
