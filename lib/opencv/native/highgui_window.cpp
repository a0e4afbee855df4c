// A window by OpenCV's own toolkit, for systems without X11. It draws and takes keys only while it is
// asked for events.
#include "native_window.h"

#include <cctype>

#include <opencv2/highgui.hpp>

using namespace bridge;

namespace {

class HighguiWindow final : public NativeWindow {
 public:
  explicit HighguiWindow(const char* name) : name_(name) {
    cv::namedWindow(name_, cv::WINDOW_NORMAL | cv::WINDOW_KEEPRATIO | cv::WINDOW_GUI_NORMAL);
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

  int32_t nextEvent() override {
    if (!isVisible()) return kClosed;
    const int code = cv::waitKey(1);
    return code == -1 ? 0 : std::tolower(code & 0xff);  // modifiers are above the low byte
  }

  void toggleFullscreen() override {
    fullscreen_ = !fullscreen_;
    cv::setWindowProperty(name_, cv::WND_PROP_FULLSCREEN,
                          fullscreen_ ? cv::WINDOW_FULLSCREEN : cv::WINDOW_NORMAL);
  }

 private:
  bool isVisible() const { return cv::getWindowProperty(name_, cv::WND_PROP_VISIBLE) >= 1; }

  const std::string name_;
  bool fullscreen_ = false;
};

}  // namespace

std::unique_ptr<NativeWindow> bridge::openWindow(const char* name) {
  return std::make_unique<HighguiWindow>(name);
}

void bridge::checkDisplay() {}
