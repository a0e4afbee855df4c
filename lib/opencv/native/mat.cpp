// cv::Mat: birth, death, pixels, and the transforms that take one Mat into another.
#include "bridge.h"
#include "scale.h"

#include <opencv2/imgproc.hpp>

using namespace bridge;

BRIDGE cv::Mat* mat_create(Error* error, int32_t rows, int32_t cols, int32_t type) noexcept {
  return guarded<cv::Mat*>(error, nullptr, [&]() -> cv::Mat* {
    // An empty one keeps no type in OpenCV, so nothing is asked of it.
    return rows == 0 && cols == 0 ? new cv::Mat() : new cv::Mat(rows, cols, type);
  });
}

BRIDGE void mat_release(cv::Mat* mat) noexcept { delete mat; }

// rows, columns, channels
BRIDGE void mat_shape(const cv::Mat* mat, int32_t* shape) noexcept {
  shape[0] = mat->rows;
  shape[1] = mat->cols;
  shape[2] = mat->channels();
}

// A pointer as a number and back, for workers, which can only send numbers to each other. Deno's own
// conversion asks for a permission to all libraries.
BRIDGE uint64_t mat_address(const cv::Mat* mat) noexcept {
  return static_cast<uint64_t>(reinterpret_cast<uintptr_t>(mat));
}

BRIDGE cv::Mat* mat_at(uint64_t address) noexcept {
  return reinterpret_cast<cv::Mat*>(static_cast<uintptr_t>(address));
}

BRIDGE double mat_bytes(const cv::Mat* mat) noexcept {
  return static_cast<double>(mat->total() * mat->elemSize());
}

BRIDGE int32_t mat_reshape(Error* error, cv::Mat* mat, int32_t rows, int32_t cols,
                           int32_t type) noexcept {
  return guarded(error, [&] { mat->create(rows, cols, type); });
}

// All pixels, row by row, into mat_bytes bytes
BRIDGE void mat_get_data(const cv::Mat* mat, uint8_t* into) noexcept {
  const size_t rowBytes = static_cast<size_t>(mat->cols) * mat->elemSize();
  for (int row = 0; row < mat->rows; ++row, into += rowBytes) {
    std::memcpy(into, mat->ptr(row), rowBytes);
  }
}

// All pixels, row by row, from exactly mat_bytes bytes
BRIDGE void mat_set_data(cv::Mat* mat, const uint8_t* from) noexcept {
  const size_t rowBytes = static_cast<size_t>(mat->cols) * mat->elemSize();
  for (int row = 0; row < mat->rows; ++row, from += rowBytes) {
    std::memcpy(mat->ptr(row), from, rowBytes);
  }
}

BRIDGE int32_t mat_copy(Error* error, const cv::Mat* from, cv::Mat* to) noexcept {
  return guarded(error, [&] { from->copyTo(*to); });
}

BRIDGE int32_t mat_fill(Error* error, cv::Mat* mat, double blue, double green,
                        double red) noexcept {
  return guarded(error, [&] { mat->setTo(cv::Scalar(blue, green, red)); });
}

// INTER_AREA is the one that does not shimmer when a picture gets smaller.
BRIDGE int32_t mat_resize(Error* error, const cv::Mat* from, cv::Mat* to, int32_t rows,
                          int32_t cols) noexcept {
  return guarded(error, [&] {
    const bool smaller = rows < from->rows && cols < from->cols;
    cv::resize(*from, *to, cv::Size(cols, rows), 0, 0, smaller ? cv::INTER_AREA : cv::INTER_LINEAR);
  });
}

// Into a part of `to`, which keeps the rest of its pixels.
BRIDGE int32_t mat_place(Error* error, const cv::Mat* from, cv::Mat* to, int32_t x, int32_t y,
                         int32_t width, int32_t height) noexcept {
  return guarded(error, [&] {
    cv::Mat part = (*to)(cv::Rect(x, y, width, height));
    if (part.type() != from->type()) throw std::runtime_error("the two are of different types");
    if (part.size() == from->size()) {
      from->copyTo(part);
    } else {
      scaleTo(*from, part, part.size());
    }
  });
}

BRIDGE int32_t mat_rotate(Error* error, const cv::Mat* from, cv::Mat* to, int32_t code) noexcept {
  return guarded(error, [&] { cv::rotate(*from, *to, code); });
}

BRIDGE int32_t mat_flip(Error* error, const cv::Mat* from, cv::Mat* to, int32_t code) noexcept {
  return guarded(error, [&] { cv::flip(*from, *to, code); });
}

// Without colour and at half of the light: how a picture that is not live looks.
BRIDGE int32_t mat_dim(Error* error, const cv::Mat* from, cv::Mat* to) noexcept {
  return guarded(error, [&] {
    cv::Mat gray;
    if (from->channels() == 1) {
      gray = *from;
    } else {
      cv::cvtColor(*from, gray, cv::COLOR_BGR2GRAY);
    }
    cv::Mat darker;
    gray.convertTo(darker, CV_8U, 0.5);
    cv::cvtColor(darker, *to, cv::COLOR_GRAY2BGR);
  });
}
