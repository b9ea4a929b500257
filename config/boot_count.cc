#include "config/boot_count.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/number.h"

namespace kboot {
namespace {

constexpr std::uint64_t kMost = 1'000'000'000;

std::optional<BootCount> parse_count(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto left = whole_number(text.substr(0, dash));
  const auto done = dash == std::string_view::npos ? 0 : whole_number(text.substr(dash + 1));
  if (!left || !done || *left > kMost || *done > kMost) return std::nullopt;
  return BootCount{static_cast<unsigned>(*left), static_cast<unsigned>(*done)};
}

}  // namespace

std::string CountedName::file_name() const {
  if (!counted) return name;
  const std::size_t dot = std::min(name.rfind('.'), name.size());
  const std::string done = count.done == 0 ? "" : fmt::format("-{}", count.done);
  return fmt::format("{}+{}{}{}", name.substr(0, dot), count.left, done, name.substr(dot));
}

CountedName parse_counted_name(std::string_view file_name) {
  const std::size_t dot = std::min(file_name.rfind('.'), file_name.size());
  const std::size_t plus = file_name.substr(0, dot).rfind('+');
  if (plus != std::string_view::npos && plus > 0)
    if (const auto count = parse_count(file_name.substr(plus + 1, dot - plus - 1)))
      return {std::string(file_name.substr(0, plus)).append(file_name.substr(dot)), true, *count};
  return {std::string(file_name), false, {}};
}

CountedName after_start(CountedName name) {
  if (name.count.left > 0) --name.count.left;
  if (name.count.done < kMost) ++name.count.done;
  return name;
}

bool counts_before(const CountedName& one, const CountedName& other) {
  if (one.counted != other.counted) return !one.counted;
  if (one.count.left != other.count.left) return one.count.left < other.count.left;
  return one.count.done > other.count.done;
}

}  // namespace kboot
