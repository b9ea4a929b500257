#pragma once

#include <chrono>
#include <string>
#include <thread>

#include "base/unique_fd.h"

namespace kboot {

/// Writes a text to a terminal when something takes long: unless end() is called within a time. A thread does
/// it and not a timer's signal, which would interrupt system calls all over the place.
class SlowNotice {
 public:
  /// `terminal` must stay open. Where no thread can be had nothing is ever written.
  SlowNotice(int terminal, std::string text, std::chrono::milliseconds after) noexcept;
  ~SlowNotice() { end(); }
  SlowNotice(const SlowNotice&) = delete;
  SlowNotice& operator=(const SlowNotice&) = delete;

  /// It is done; says whether the text was written.
  bool end() noexcept;

 private:
  void watch(int terminal, std::chrono::milliseconds after) noexcept;

  std::string text_;
  bool written_ = false;  ///< the thread's until it is joined
  UniqueFd done_;
  std::thread thread_;
};

}  // namespace kboot
