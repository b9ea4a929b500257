#pragma once

#include <utility>

namespace kboot {

/// Runs `action`, which must not throw, at the end of the scope, unless it was dismissed.
template <typename Action>
class ScopeExit {
 public:
  explicit ScopeExit(Action action) : action_(std::move(action)) {}
  ~ScopeExit() {
    if (!dismissed_) action_();
  }
  void dismiss() { dismissed_ = true; }
  ScopeExit(const ScopeExit&) = delete;
  ScopeExit& operator=(const ScopeExit&) = delete;

 private:
  Action action_;
  bool dismissed_ = false;
};

}  // namespace kboot
