#include "config/formats/version_order.h"

#include <algorithm>
#include <cstddef>

namespace kboot {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int order(std::size_t one, std::size_t other) {
  return one < other ? -1 : (one > other ? 1 : 0);
}

int order(bool one, bool other) {
  return order(std::size_t{one}, std::size_t{other});
}

int sign(int order) {
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

/// Takes the characters at the front for which `belongs` holds.
template <typename Belongs>
std::string_view take(std::string_view& text, Belongs belongs) {
  const auto end = std::find_if_not(text.begin(), text.end(), belongs);
  const std::string_view front = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(front.size());
  return front;
}

/// What takes part in no comparison.
void skip_invalid(std::string_view& text) {
  take(text, [](char c) {
    return !is_digit(c) && !is_letter(c) && std::string_view("~-^.").find(c) == std::string_view::npos;
  });
}

int compare_numbers(std::string_view one, std::string_view other) {
  if (const int empty = order(!one.empty(), !other.empty()); empty != 0) return empty;
  const auto is_zero = [](char c) { return c == '0'; };
  take(one, is_zero);
  take(other, is_zero);
  if (const int length = order(one.size(), other.size()); length != 0) return length;
  return sign(one.compare(other));
}

}  // namespace

int compare_versions(std::string_view one, std::string_view other) {
  for (;;) {
    skip_invalid(one);
    skip_invalid(other);
    const auto begins = [&](char c) { return one.starts_with(c) || other.starts_with(c); };
    // Each sorts before all else, a tilde even before the end.
    const auto compare_mark = [&](char c) {
      const int found = order(!one.starts_with(c), !other.starts_with(c));
      if (found != 0) return found;
      one.remove_prefix(1);
      other.remove_prefix(1);
      return 0;
    };
    if (begins('~'))
      if (const int found = compare_mark('~'); found != 0) return found;
    if (one.empty() || other.empty()) return order(!one.empty(), !other.empty());
    for (const char mark : {'-', '^', '.'})
      if (begins(mark))
        if (const int found = compare_mark(mark); found != 0) return found;

    const bool number =
        (!one.empty() && is_digit(one.front())) || (!other.empty() && is_digit(other.front()));
    if (number) {
      const std::string_view left = take(one, is_digit);
      const std::string_view right = take(other, is_digit);
      if (const int found = compare_numbers(left, right); found != 0) return found;
    } else {
      const std::string_view left = take(one, is_letter);
      const std::string_view right = take(other, is_letter);
      const std::size_t both = std::min(left.size(), right.size());
      if (const int found = sign(left.substr(0, both).compare(right.substr(0, both))); found != 0)
        return found;
      if (const int found = order(left.size(), right.size()); found != 0) return found;
    }
  }
}

}  // namespace kboot
