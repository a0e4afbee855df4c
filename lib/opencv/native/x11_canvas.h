// What stands in a window: one picture that is fitted into it, or several at their places.
#pragma once

#include <memory>
#include <stdexcept>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "scale.h"
#include "x11_connection.h"
#include "x11_image.h"
#include "x11_size.h"

namespace bridge {

// Pixels as large as the window. Each call gives the part of them that is to be sent again.
class X11Canvas {
 public:
  X11Canvas(const X11Connection& connection, const XVisualInfo& visual)
      : connection_(connection), visual_(visual) {}

  // Throws where that cannot be shown.
  static void check(const cv::Mat& picture) {
    if (picture.empty() || picture.depth() != CV_8U ||
        (picture.channels() != 1 && picture.channels() != 3)) {
      throw std::runtime_error("it is no picture in BGR or grey");
    }
  }

  // One picture, in the middle; borders are black.
  cv::Rect show(const cv::Mat& picture, cv::Size window) {
    fit(picture.size(), window);
    if (part_.size() == picture.size()) {
      image_->write(picture, part_);
    } else {
      scaleTo(picture, scaled_, part_.size());
      image_->write(scaled_, part_);
    }
    return whole();
  }

  // A picture at its place, as far as that is in the window; what is around it stays.
  cv::Rect showAt(const cv::Mat& picture, cv::Point at, cv::Size window) {
    picture_ = {};
    refit(window);
    const cv::Rect part = cv::Rect(at, picture.size()) & whole();
    if (!part.empty()) image_->write(picture(part - at), part);
    return part;
  }

  // Takes over the window's size. Until there is something new, what was there is stretched.
  cv::Rect refit(cv::Size window) {
    if (!picture_.empty()) {
      fit(picture_, window);
      return whole();
    }
    if (image_->pixels.size() != window) {
      auto image = std::make_unique<X11Image>(connection_, visual_, window);
      cv::resize(image_->pixels, image->pixels, window);
      image_ = std::move(image);
    }
    part_ = whole();
    return part_;
  }

  // Makes room for a picture of that size.
  void fit(cv::Size picture, cv::Size window) {
    picture_ = picture;
    const cv::Size room = fitted(picture, window);
    const cv::Rect part(cv::Point((window - room) / 2), room);
    if (image_ != nullptr && image_->pixels.size() == window) {
      if (part != part_) image_->pixels.setTo(0);
    } else {
      auto image = std::make_unique<X11Image>(connection_, visual_, window);
      if (image_ != nullptr) cv::resize(image_->pixels(part_), image->pixels(part), room);
      image_ = std::move(image);
    }
    part_ = part;
  }

  X11Image& image() { return *image_; }

 private:
  cv::Rect whole() const { return {{}, image_->pixels.size()}; }

  const X11Connection& connection_;
  const XVisualInfo visual_;
  std::unique_ptr<X11Image> image_;
  cv::Size picture_;  // the one that is shown; empty where there are several
  cv::Rect part_;     // where it stands
  cv::Mat scaled_;
};

}  // namespace bridge
