#include "loader/prompt/menu/menu_keys.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace kboot {
namespace {

using Code = MenuKey::Code;

constexpr char kEscape = '\x1b';
/// A sequence that is longer is none.
constexpr std::size_t kLongest = 16;

/// Behind ESC [ or ESC O: what linux, vt100 to vt220, xterm, screen and tmux send.
constexpr std::array<std::pair<std::string_view, Code>, 14> kSequences = {{{"A", Code::up},
                                                                           {"B", Code::down},
                                                                           {"H", Code::home},
                                                                           {"F", Code::end},
                                                                           {"M", Code::enter},
                                                                           {"1~", Code::home},
                                                                           {"4~", Code::end},
                                                                           {"5~", Code::page_up},
                                                                           {"6~", Code::page_down},
                                                                           {"7~", Code::home},
                                                                           {"8~", Code::end},
                                                                           {"1;5A", Code::up},
                                                                           {"1;5B", Code::down},
                                                                           {"3~", Code::backspace}}};

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// How many bytes the character that begins so has.
std::size_t length_of(char first) {
  const auto byte = static_cast<unsigned char>(first);
  constexpr unsigned kTwo = 0xC2;
  constexpr unsigned kThree = 0xE0;
  constexpr unsigned kFour = 0xF0;
  constexpr unsigned kNone = 0xF5;
  if (byte < kTwo || byte >= kNone) return 1;
  if (byte < kThree) return 2;
  return byte < kFour ? 3 : 4;
}

std::optional<MenuKey> single_key(char byte) {
  constexpr char kErase = 'U' - '@';
  constexpr char kRedraw = 'L' - '@';
  constexpr char kNext = 'N' - '@';
  constexpr char kPrevious = 'P' - '@';
  constexpr char kDelete = '\x7f';
  switch (byte) {
    case '\r':
    case '\n':
      return MenuKey{Code::enter, ""};
    case '\b':
    case kDelete:
      return MenuKey{Code::backspace, ""};
    case kErase:
      return MenuKey{Code::erase_all, ""};
    case kRedraw:
      return MenuKey{Code::redraw, ""};
    case kNext:
      return MenuKey{Code::down, ""};
    case kPrevious:
      return MenuKey{Code::up, ""};
    default:
      if (byte < ' ') return std::nullopt;
      return MenuKey{Code::character, std::string(1, byte)};
  }
}

/// Whether a whole sequence stands there: ESC [ parameters and a final byte, ESC O and one byte, ESC and any
/// other byte (ECMA-48, 5.4).
bool is_complete(std::string_view held) {
  if (held.size() < 2) return false;
  if (held[1] != '[' && held[1] != 'O') return true;
  return held.size() > 2 && held.back() >= '@' && held.back() <= '~' && held.back() != '[';
}

}  // namespace

std::vector<MenuKey> MenuKeys::put(char byte) {
  if (held_.empty() && byte == kEscape) {
    held_ = byte;
    return {};
  }
  if (held_.starts_with(kEscape)) {
    if (held_.size() == 1 && byte == kEscape) return {{Code::escape, ""}};
    held_ += byte;
    if (held_.size() > kLongest) held_.clear();
    if (!is_complete(held_)) return {};
    const std::string sequence = std::exchange(held_, "");
    const auto found = std::find_if(kSequences.begin(), kSequences.end(), [&](const auto& one) {
      return (sequence[1] == '[' || sequence[1] == 'O') && sequence.substr(2) == one.first;
    });
    if (found == kSequences.end()) return {};
    return {{found->second, ""}};
  }
  if (!held_.empty()) {
    if (!continues(byte)) {
      held_.clear();  // no character
      return put(byte);
    }
    held_ += byte;
    if (held_.size() < length_of(held_.front())) return {};
    return {{Code::character, std::exchange(held_, "")}};
  }
  if (length_of(byte) > 1) {
    held_ = byte;
    return {};
  }
  constexpr unsigned char kAscii = 0x80;
  if (static_cast<unsigned char>(byte) >= kAscii) return {};
  if (auto key = single_key(byte)) return {std::move(*key)};
  return {};
}

std::vector<MenuKey> MenuKeys::flush() {
  const bool escape = held_ == std::string(1, kEscape);
  held_.clear();
  if (escape) return {{Code::escape, ""}};
  return {};
}

}  // namespace kboot
