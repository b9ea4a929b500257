#include "base/text.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include <fmt/format.h>

namespace kboot {
namespace {

constexpr std::string_view kBlanks = " \t";

bool is_blank(char c) {
  return kBlanks.find(c) != std::string_view::npos;
}

bool is_quote(char c) {
  return c == '"' || c == '\'';
}

/// Finds the ends of quoted stretches in one text, left to right.
class Quotes {
 public:
  explicit Quotes(std::string_view text) : text_(text) {}

  /// Where the quote opened at `open` closes; npos when it never does.
  std::size_t closing(std::size_t open) {
    const char quote = text_[open];
    bool& none_left = quote == '"' ? no_double_left_ : no_single_left_;
    // Once one search for a kind has failed every later one must: without this, a line of `"\"\"\"…` costs
    // quadratic time.
    if (none_left) return std::string_view::npos;
    for (std::size_t i = open + 1; i < text_.size(); ++i) {
      if (text_[i] == quote) return i;
      if (text_[i] == '\\' && quote == '"') ++i;
    }
    none_left = true;
    return std::string_view::npos;
  }

 private:
  std::string_view text_;
  bool no_double_left_ = false;
  bool no_single_left_ = false;
};

/// Length in bytes of the well-formed UTF-8 sequence at the start of `text` (Unicode's table 3-7: nothing
/// overlong, no surrogates, at most U+10FFFF); 0 when there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto in_range = [&](std::size_t i, unsigned low, unsigned high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return in_range(1, 0x80, 0xbf) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const unsigned low = lead == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = lead == 0xed ? 0x9f : 0xbf;
    return in_range(1, low, high) && in_range(2, 0x80, 0xbf) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const unsigned low = lead == 0xf0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xf4 ? 0x8f : 0xbf;
    return in_range(1, low, high) && in_range(2, 0x80, 0xbf) && in_range(3, 0x80, 0xbf) ? 4 : 0;
  }
  return 0;
}

/// What a terminal may take for an order instead of a character: C0, DEL, and C1 in its UTF-8 form (U+009B is
/// CSI). So are the line and paragraph separators and what turns the direction of text, with which a name
/// looks like another one.
bool is_control(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7f;
  if (character.size() == 2) return byte(0) == 0xc2 && byte(1) < 0xa0;
  if (byte(0) != 0xe2) return false;
  // U+2028 to U+202E, U+2066 to U+2069
  return (byte(1) == 0x80 && byte(2) >= 0xa8 && byte(2) <= 0xae) ||
         (byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9);
}

/// Takes one character off the front of `text` (not empty) and gives back what may be printed of it.
std::string take_printable(std::string_view& text) {
  const std::size_t length = utf8_length(text);
  const std::string_view taken = text.substr(0, std::max<std::size_t>(length, 1));
  text.remove_prefix(taken.size());
  if (length != 0 && !is_control(taken)) return std::string(taken);
  std::string escaped;
  for (const char c : taken) escaped += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  return escaped;
}

}  // namespace

std::vector<std::string> split_blanks(std::string_view text) {
  std::vector<std::string> words;
  std::size_t start = text.find_first_not_of(kBlanks);
  while (start != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(kBlanks, start), text.size());
    words.emplace_back(text.substr(start, end - start));
    start = text.find_first_not_of(kBlanks, end);
  }
  return words;
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  Quotes quotes(text);
  std::size_t start = text.find_first_not_of(kBlanks);
  while (start != std::string_view::npos) {
    std::size_t end = start;
    while (end < text.size() && !is_blank(text[end])) {
      const std::size_t close = is_quote(text[end]) ? quotes.closing(end) : std::string_view::npos;
      end = close == std::string_view::npos ? end + 1 : close + 1;
    }
    words.emplace_back(text.substr(start, end - start));
    start = text.find_first_not_of(kBlanks, end);
  }
  return words;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    lines.push_back(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.size(), lines.back().size() + 1));
  }
  return lines;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kTrimmed = " \t\r\n";
  const std::size_t start = text.find_first_not_of(kTrimmed);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kTrimmed) - start + 1);
}

std::string shell_quoted(std::string_view text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:=,@%";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return std::string(text);
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string unquote(std::string_view text) {
  std::string result;
  Quotes quotes(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t close = is_quote(text[i]) ? quotes.closing(i) : std::string_view::npos;
    if (close != std::string_view::npos) {
      for (std::size_t j = i + 1; j < close; ++j) {
        constexpr std::string_view kEscapable = "\"\\$`";
        if (text[i] == '"' && text[j] == '\\' && kEscapable.find(text[j + 1]) != std::string_view::npos) ++j;
        result += text[j];
      }
      i = close;
      continue;
    }
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    result += text[i];
  }
  return result;
}

std::string join(const std::vector<std::string>& words, std::string_view separator) {
  // Not fmt::join(), which brings 8 KB of templates for ranges.
  std::string text;
  for (const std::string& word : words) {
    if (&word != &words.front()) text += separator;
    text += word;
  }
  return text;
}

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) result += take_printable(text);
  return result;
}

std::string printable_text(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    if (text.starts_with("\r\n")) text.remove_prefix(1);
    if (text[0] == '\n' || text[0] == '\t') {
      result += text[0];
      text.remove_prefix(1);
    } else {
      result += take_printable(text);
    }
  }
  return result;
}

std::string last_line(std::string_view output) {
  const std::string_view text = trim(output);
  const std::size_t end = text.rfind('\n');
  return printable(trim(end == std::string_view::npos ? text : text.substr(end + 1)));
}

std::string printable_head(std::string_view text, std::size_t limit) {
  constexpr std::string_view kCut = "...";
  std::string result;
  std::size_t room_for_cut = 0;  // up to where `result` leaves room for kCut
  while (!text.empty()) {
    result += take_printable(text);
    if (result.size() + kCut.size() <= limit) room_for_cut = result.size();
    if (result.size() > limit) return result.substr(0, room_for_cut).append(kCut.substr(0, limit));
  }
  return result;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Wagner and Fischer's table, one row at a time: row[j] is the distance of a's first i bytes to b's first j
  // bytes.
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

std::string utc_text(std::int64_t seconds, const char* format) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm utc{};
  std::array<char, 64> text{};
  if (::gmtime_r(&time, &utc) == nullptr) return "?";
  return {text.data(), std::strftime(text.data(), text.size(), format, &utc)};
}

std::string human_size(unsigned long long bytes) {
  constexpr std::array kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return fmt::format("{} {}", bytes, bytes == 1 ? "byte" : "bytes");
  // Tenths of a unit, in integers: 1023.96 KiB must become "1 MiB", not "1024 KiB".
  const auto tenths_of = [bytes](std::size_t i) {
    const unsigned long long unit = 1ULL << (10 * (i + 1));
    return bytes / unit * 10 + (bytes % unit * 10 + unit / 2) / unit;
  };
  std::size_t i = 0;
  while (i + 1 < kUnits.size() && tenths_of(i) >= 10240) ++i;
  const unsigned long long tenths = tenths_of(i);
  if (tenths % 10 == 0) return fmt::format("{} {}", tenths / 10, kUnits.at(i));
  return fmt::format("{}.{} {}", tenths / 10, tenths % 10, kUnits.at(i));
}

}  // namespace kboot
