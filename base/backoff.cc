#include "base/backoff.h"

#include <algorithm>
#include <random>
#include <utility>

namespace kboot {

std::chrono::milliseconds Backoff::next() {
  static std::minstd_rand random(std::random_device{}());
  const auto pause = std::exchange(next_, std::min(next_ * 2, longest_)).count();
  return std::chrono::milliseconds(std::uniform_int_distribution(pause * 3 / 4, pause * 5 / 4)(random));
}

}  // namespace kboot
