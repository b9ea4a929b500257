#include "config/formats/grub/test_expression.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kboot {
namespace {

constexpr unsigned kMaxLevels = 64;

/// The number at the head of a text, as strtol reads it; 0 without one. It stays at the largest there is.
std::int64_t number_of(std::string_view text) {
  constexpr std::int64_t kLargest = 1'000'000'000'000'000;
  constexpr std::int64_t kBase = 10;
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') break;
    value = std::min(value * kBase + (c - '0'), kLargest);
  }
  return negative ? -value : value;
}

/// `-pgt` and `-plt` compare the numbers behind what both texts begin with.
std::pair<std::int64_t, std::int64_t> numbers_behind(std::string_view a, std::string_view b) {
  std::size_t same = 0;
  while (same < std::min(a.size(), b.size()) && a[same] == b[same] && (a[same] < '0' || a[same] > '9'))
    ++same;
  return {number_of(a.substr(same)), number_of(b.substr(same))};
}

std::optional<bool> compare(const std::string& a, std::string_view how, const std::string& b) {
  if (how == "=" || how == "==") return a == b;
  if (how == "!=") return a != b;
  if (how == "<") return a < b;
  if (how == "<=") return a <= b;
  if (how == ">") return a > b;
  if (how == ">=") return a >= b;
  if (how == "-eq") return number_of(a) == number_of(b);
  if (how == "-ne") return number_of(a) != number_of(b);
  if (how == "-lt") return number_of(a) < number_of(b);
  if (how == "-le") return number_of(a) <= number_of(b);
  if (how == "-gt") return number_of(a) > number_of(b);
  if (how == "-ge") return number_of(a) >= number_of(b);
  if (how == "-pgt" || how == "-plt") {
    const auto [left, right] = numbers_behind(a, b);
    return how == "-pgt" ? left > right : left < right;
  }
  // Times of files are not known here: none is newer.
  if (how.starts_with("-nt") || how.starts_with("-ot")) return false;
  return {};
}

class Expression {
 public:
  Expression(const std::vector<std::string>& words, GrubFiles& files) : words_(words), files_(files) {}

  /// Up to the end or to the `)` that belongs to it. `-a` binds closer than `-o`.
  bool read(unsigned level) {
    bool either = false;
    bool both = true;
    bool negate = false;
    const auto add = [&](bool value) {
      both = both && value != negate;
      negate = false;
    };
    while (at_ < words_.size()) {
      const std::string& word = words_[at_];
      if (left() >= 3) {
        if (const auto value = compare(word, words_[at_ + 1], words_[at_ + 2])) {
          add(*value);
          at_ += 3;
          continue;
        }
      }
      if (left() >= 2) {
        if (const auto value = unary(word, words_[at_ + 1])) {
          add(*value);
          at_ += 2;
          continue;
        }
      }
      ++at_;
      if (word == ")") break;
      if (word == "(")
        add(level < kMaxLevels && read(level + 1));
      else if (word == "-o") {
        either = either || both;
        both = true;
      } else if (word == "!")
        negate = !negate;
      else if (word != "-a")
        add(!word.empty());
    }
    return either || both;
  }

 private:
  using Kind = SourceReader::Kind;

  std::optional<bool> unary(std::string_view how, const std::string& word) {
    if (how == "-z") return word.empty();
    if (how == "-n") return !word.empty();
    if (how == "-d") return files_.kind(word) == Kind::folder;
    if (how == "-e") return files_.kind(word) != Kind::none;
    if (how == "-f") return files_.kind(word) == Kind::file;
    if (how == "-s") return files_.size(word) > 0;
    return {};
  }
  std::size_t left() const { return words_.size() - at_; }

  const std::vector<std::string>& words_;
  GrubFiles& files_;
  std::size_t at_ = 0;
};

}  // namespace

bool grub_test(const std::vector<std::string>& arguments, GrubFiles& files) {
  return Expression(arguments, files).read(0);
}

}  // namespace kboot
