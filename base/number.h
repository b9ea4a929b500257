#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace kboot {

/// The number that all of `digits` is, decimal or to another base; nothing when it is anything else, or too
/// large.
inline std::optional<std::uint64_t> whole_number(std::string_view digits, int base = 10) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size()) return {};
  return value;
}

}  // namespace kboot
