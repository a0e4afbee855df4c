// Pixels on their way into a window: in memory that the X server reads itself, or, where it is on
// another machine, sent through the connection.
#pragma once

#include <poll.h>
#include <sys/ipc.h>
#include <sys/shm.h>

#include <stdexcept>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XShm.h>

#include "x11_connection.h"

namespace bridge {

// How a display takes colours: 4 bytes a pixel in the order of OpenCV's BGRA, or 2.
inline XVisualInfo findVisual(Display* display) {
  const int screen = XDefaultScreen(display);
  XVisualInfo visual{};
  for (const int depth : {XDefaultDepth(display, screen), 24, 32, 16}) {
    if (!XMatchVisualInfo(display, screen, depth, TrueColor, &visual)) continue;
    const bool bgra = visual.red_mask == 0xff0000 && visual.blue_mask == 0xff;
    const bool bgr565 = visual.red_mask == 0xf800 && visual.blue_mask == 0x1f;
    if (bgra || bgr565) return visual;
  }
  throw std::runtime_error("the display has no visual of 24 or 16 bits");
}

class X11Image {
 public:
  X11Image(const X11Connection& connection, const XVisualInfo& visual, cv::Size size)
      : connection_(connection), display_(connection.display()) {
    const bool wide = visual.red_mask == 0xff0000;
    const size_t stride = static_cast<size_t>(size.width) * (wide ? 4 : 2);
    share(visual, size, stride * size.height);
    if (image_ == nullptr) {
      own_.resize(stride * size.height);
      image_ = XCreateImage(display_, visual.visual, visual.depth, ZPixmap, 0,
                            reinterpret_cast<char*>(own_.data()), size.width, size.height, 32,
                            static_cast<int>(stride));
    }
    const bool fits = image_ != nullptr && image_->bits_per_pixel == (wide ? 32 : 16) &&
                      image_->byte_order == LSBFirst;
    if (!fits) {
      release();
      throw std::runtime_error("the display takes pixels in a form that is not known here");
    }
    pixels = cv::Mat(size, wide ? CV_8UC4 : CV_8UC2, image_->data, image_->bytes_per_line);
    pixels.setTo(0);
  }
  ~X11Image() { release(); }
  X11Image(const X11Image&) = delete;
  X11Image& operator=(const X11Image&) = delete;

  // Writes a picture into this part of the pixels, which is as large.
  void write(const cv::Mat& picture, const cv::Rect& part) {
    cv::Mat into = pixels(part);
    const bool grey = picture.channels() == 1;
    if (pixels.channels() == 4) {
      cv::cvtColor(picture, into, grey ? cv::COLOR_GRAY2BGRA : cv::COLOR_BGR2BGRA);
    } else {
      cv::cvtColor(picture, into, grey ? cv::COLOR_GRAY2BGR565 : cv::COLOR_BGR2BGR565);
    }
  }

  // From here on these are on their way, and must not be changed until they are there.
  void begin(const cv::Rect& part) {
    part_ = part;
    row_ = part.y;
  }

  // Sends as much as can be sent without waiting; returns whether that was the last of it.
  bool send(Window window, GC context) {
    if (segment_.shmaddr != nullptr) {
      XShmPutImage(display_, window, context, image_, part_.x, part_.y, part_.x, part_.y,
                   part_.width, part_.height, False);
      return true;
    }
    const int band = std::max(1, kBandBytes / image_->bytes_per_line);
    for (const int end = part_.br().y; row_ < end && !connection_.lost(); row_ += band) {
      pollfd socket{XConnectionNumber(display_), POLLOUT, 0};
      if (::poll(&socket, 1, 0) <= 0) return false;
      const int rows = std::min(band, end - row_);
      XPutImage(display_, window, context, image_, part_.x, row_, part_.x, row_, part_.width, rows);
      XFlush(display_);
    }
    return true;
  }

  // All pixels; what is written here is what is sent next.
  cv::Mat pixels;

 private:
  void share(const XVisualInfo& visual, cv::Size size, size_t bytes) {
    if (!XShmQueryExtension(display_)) return;
    segment_.shmid = shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0600);
    if (segment_.shmid < 0) return;
    void* memory = shmat(segment_.shmid, nullptr, 0);
    if (memory != reinterpret_cast<void*>(-1)) {
      segment_.shmaddr = static_cast<char*>(memory);
      xErrors = 0;
      XShmAttach(display_, &segment_);
      XSync(display_, False);
      if (xErrors == 0) {
        image_ = XShmCreateImage(display_, visual.visual, visual.depth, ZPixmap, segment_.shmaddr,
                                 &segment_, size.width, size.height);
      } else {
        shmdt(segment_.shmaddr);
        segment_.shmaddr = nullptr;
      }
    }
    // It lives as long as somebody is attached, and no longer, however the process ends.
    shmctl(segment_.shmid, IPC_RMID, nullptr);
  }

  void release() {
    if (image_ != nullptr) {
      image_->data = nullptr;  // not Xlib's to free
      XDestroyImage(image_);
      image_ = nullptr;
    }
    if (segment_.shmaddr == nullptr) return;
    XShmDetach(display_, &segment_);
    shmdt(segment_.shmaddr);
    segment_.shmaddr = nullptr;
  }

  // A socket that is ready for more takes so much at once.
  static constexpr int kBandBytes = 16 * 1024;

  const X11Connection& connection_;
  Display* const display_;
  XImage* image_ = nullptr;
  XShmSegmentInfo segment_{};
  std::vector<uint8_t> own_;  // where nothing can be shared
  cv::Rect part_;             // what is on its way
  int row_ = 0;               // the first of it that was not sent
};

}  // namespace bridge
