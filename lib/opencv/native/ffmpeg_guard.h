// Pictures of a stream that OpenCV would read beyond the end of.
#pragma once

namespace bridge {

// Whether the picture that a read on this thread met has another size or pixel format than the
// first one of its stream; watched for as long as the object lives.
class ChangeGuard {
 public:
  ChangeGuard();
  ~ChangeGuard();
  ChangeGuard(const ChangeGuard&) = delete;
  ChangeGuard& operator=(const ChangeGuard&) = delete;

  bool changed() const;
};

}  // namespace bridge
