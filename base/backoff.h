#pragma once

#include <chrono>

namespace kboot {

/// The pauses between attempts: each twice as long as the one before, up to the longest; and each a quarter
/// more or less, so that a rack of machines does not come back all at once.
class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest)
      : first_(first), longest_(longest), next_(first) {}

  std::chrono::milliseconds next();
  /// Something went well: begins with the first pause again.
  void reset() { next_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds longest_;
  std::chrono::milliseconds next_;
};

}  // namespace kboot
