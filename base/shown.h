#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

namespace kboot {

/// What becomes of a value in a text that is shown: a text is made shown, a character too, a number stays.
template <typename Value>
auto as_shown(const Value& value);
template <typename Value>
using AsShown = decltype(as_shown(std::declval<const Value&>()));

/// Text that a terminal, a log or a message may have: without secrets, and with nothing in it that a terminal
/// takes for an order. It is program text, which only literals are, or it was redacted and made printable:
/// there is no other way to make one.
class Shown {
 public:
  /// Program text.
  consteval Shown(const char* literal) : literal_(literal) {}  // NOLINT(google-explicit-constructor)
  Shown(const Shown& other)
      : literal_(other.literal_), made_(other.made_ == nullptr ? nullptr : new std::string(*other.made_)) {}
  Shown(Shown&& other) noexcept
      : literal_(std::exchange(other.literal_, {})), made_(std::exchange(other.made_, nullptr)) {}
  Shown& operator=(Shown other) noexcept {
    std::swap(literal_, other.literal_);
    std::swap(made_, other.made_);
    return *this;
  }
  // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDelete): one that was moved from has none
  constexpr ~Shown() { delete made_; }

  std::string_view str() const { return made_ == nullptr ? literal_ : std::string_view(*made_); }

  /// A whole text, of which nobody knows what it means: redact_line() and printable().
  static Shown text(std::string_view text);
  /// A text of several lines, each as text(): their ends stay.
  static Shown lines(std::string_view text);

 private:
  template <typename... Arguments>
  friend Shown show(fmt::format_string<AsShown<Arguments>...> format, const Arguments&... arguments);
  enum class Made {};

  Shown(std::string text, Made /*by the functions here alone*/) : made_(new std::string(std::move(text))) {}
  template <typename... Arguments>
  static Shown join(fmt::string_view format, const Arguments&... arguments) {
    return {fmt::vformat(format, fmt::make_format_args(arguments...)), Made{}};
  }

  std::string_view literal_;
  const std::string* made_ = nullptr;  ///< owned; raw, so that a literal one is a constant
};

template <typename Value>
auto as_shown(const Value& value) {
  if constexpr (std::is_same_v<Value, Shown>) {
    return std::string(value.str());
  } else if constexpr (std::is_convertible_v<const Value&, std::string_view>) {
    return std::string(Shown::text(value).str());
  } else if constexpr (std::is_same_v<Value, char>) {
    return std::string(Shown::text({&value, 1}).str());
  } else {
    static_assert(std::is_arithmetic_v<Value>, "a text, a Shown or a number");
    return value;
  }
}
/// Program text with values in it, as fmt::format(): each value that is a text is redacted and made
/// printable.
template <typename... Arguments>
Shown show(fmt::format_string<AsShown<Arguments>...> format, const Arguments&... arguments) {
  return Shown::join(format, as_shown(arguments)...);
}

}  // namespace kboot
