#pragma once

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace kboot::test {

/// Random texts that are the same in each run.
class Generator {
 public:
  /// From 0 to `count` - 1.
  std::size_t below(std::size_t count) { return random_() % count; }
  bool coin() { return below(2) == 0; }

  template <typename T>
  const T& one_of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

  /// Up to `most` characters of `alphabet`.
  std::string text(std::size_t most, std::string_view alphabet) {
    std::string result;
    for (std::size_t left = below(most + 1); left > 0; --left) result += alphabet[below(alphabet.size())];
    return result;
  }

  /// Up to `most` of any bytes, with many that begin or continue a character of UTF-8.
  std::string bytes(std::size_t most) {
    static const std::vector<std::string> kPieces = {
        "\xc2",  "\x9b", "\xe2", "\x80",     "\xae",         "\xed", "\xf0",
        "\x1b[", "\x7f", "\n",   "\xc3\xa4", "\xe2\x80\xa6", " ",    "\"",
    };
    std::string result;
    while (result.size() < most && below(most) != 0)
      result += coin() ? one_of(kPieces) : std::string(1, static_cast<char>(below(256)));
    return result;
  }

 private:
  std::minstd_rand random_{20261129};
};

}  // namespace kboot::test
