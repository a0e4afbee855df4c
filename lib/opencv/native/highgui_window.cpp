// A window by OpenCV's own toolkit, for systems without X11. It draws and takes keys only while it is
// asked for events.
#include "native_window.h"

#include <algorithm>
#include <cctype>
#include <deque>
#include <iterator>

#include <opencv2/highgui.hpp>

using namespace bridge;

namespace {

class HighguiWindow final : public NativeWindow {
 public:
  explicit HighguiWindow(const char* name) : name_(name) {
    cv::namedWindow(name_, cv::WINDOW_NORMAL | cv::WINDOW_KEEPRATIO | cv::WINDOW_GUI_NORMAL);
    cv::setMouseCallback(name_, [](int event, int x, int y, int, void* window) {
      if (event != cv::EVENT_LBUTTONUP) return;
      static_cast<HighguiWindow*>(window)->clicks_.push_back({x, y});
    }, this);
  }
  ~HighguiWindow() override {
    try {
      if (isVisible()) cv::destroyWindow(name_);
    } catch (...) {
      // It is gone already.
    }
  }

  void show(const cv::Mat& picture, bool) override {
    // A window that was closed would open again.
    if (isVisible()) cv::imshow(name_, picture);
  }

  bool showAt(const cv::Mat& picture, cv::Point at) override {
    if (!isVisible()) return false;
    if (const cv::Size size = metrics().size; canvas_.size() != size) {
      canvas_ = cv::Mat::zeros(size, CV_8UC3);
    }
    const cv::Rect part = cv::Rect(at, picture.size()) & cv::Rect({}, canvas_.size());
    if (!part.empty()) picture(part - at).copyTo(canvas_(part));
    cv::imshow(name_, canvas_);
    return true;
  }

  void preferSize(cv::Size size) override {
    if (isVisible()) cv::resizeWindow(name_, size);
  }

  WindowMetrics metrics() override {
    const cv::Size size = cv::getWindowImageRect(name_).size();
    return {{std::max(1, size.width), std::max(1, size.height)}};
  }

  WindowEvent nextEvent() override {
    if (!isVisible()) return {kClosed};
    const int code = cv::waitKeyEx(1);
    if (!clicks_.empty()) {
      const cv::Point at = clicks_.front();
      clicks_.pop_front();
      return {kClicked, at};
    }
    return {code == -1 ? 0 : keyOf(code)};
  }

  void toggleFullscreen() override {
    fullscreen_ = !fullscreen_;
    cv::setWindowProperty(name_, cv::WND_PROP_FULLSCREEN,
                          fullscreen_ ? cv::WINDOW_FULLSCREEN : cv::WINDOW_NORMAL);
  }

 private:
  // Each toolkit has numbers of its own for the arrows: Windows', macOS' and X11's.
  static int32_t keyOf(int code) {
    constexpr struct {
      char key;
      int codes[3];
    } kArrows[] = {
        {kLeft, {0x250000, 0xf702, 0xff51}},
        {kUp, {0x260000, 0xf700, 0xff52}},
        {kRight, {0x270000, 0xf703, 0xff53}},
        {kDown, {0x280000, 0xf701, 0xff54}},
    };
    for (const auto& [key, codes] : kArrows) {
      if (std::find(std::begin(codes), std::end(codes), code & 0xffffff) != std::end(codes)) {
        return key;
      }
    }
    return std::tolower(code & 0xff);  // modifiers are above the low byte
  }

  bool isVisible() const { return cv::getWindowProperty(name_, cv::WND_PROP_VISIBLE) >= 1; }

  const std::string name_;
  bool fullscreen_ = false;
  cv::Mat canvas_;  // what was shown at its places
  std::deque<cv::Point> clicks_;
};

}  // namespace

std::unique_ptr<NativeWindow> bridge::openWindow(const char* name) {
  return std::make_unique<HighguiWindow>(name);
}

void bridge::checkDisplay() {}
