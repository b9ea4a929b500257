#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace kboot {

/// Whether `password` is the one of a crypt(3) hash (`$6$SALT$…`). A hash of a kind that the C library does
/// not know matches nothing.
bool password_matches(std::string_view password, const std::string& hash);

/// Guards a password against guessing: after the nth wrong one in a row the next is looked at only 2^(n-1)
/// seconds later, at most a minute. All consoles and ssh sessions of one boot share the count, which is a
/// file.
class PasswordGuard {
 public:
  explicit PasswordGuard(std::string file) : file_(std::move(file)) {}

  /// Checks one password; true when it is right, which clears the count. When one has to wait first,
  /// `on_wait` is told how long. Only one session at a time gets an answer. Throws Cancelled for ^C (then the
  /// password was not looked at), Error when the count cannot be kept.
  using OnWait = std::function<void(std::chrono::seconds wait)>;
  bool check(std::string_view password, const std::string& hash, const OnWait& on_wait) const;

 private:
  std::string file_;
};

/// How long the next try has to wait after so many wrong ones.
std::chrono::seconds delay_after(unsigned wrong);

}  // namespace kboot
