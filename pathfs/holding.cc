#include "pathfs/holding.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"

namespace kboot {
namespace {

constexpr std::array<std::pair<Holding::Kind, std::string_view>, 6> kKinds = {{
    {Holding::Kind::mount, "mount"},
    {Holding::Kind::array, "array"},
    {Holding::Kind::group, "group"},
    {Holding::Kind::luks, "luks"},
    {Holding::Kind::iscsi, "iscsi"},
    {Holding::Kind::chroot, "chroot"},
}};
constexpr std::string_view kConsole = "console";

std::optional<Holding::Kind> kind_of(std::string_view name) {
  for (const auto& [kind, its_name] : kKinds)
    if (name == its_name) return kind;
  return std::nullopt;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
}

std::string escaped(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (!is_control(c) && c != '\\') {
      text += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    text += '\\';
    for (const unsigned shift : {6U, 3U, 0U}) text += static_cast<char>('0' + ((byte >> shift) & 7U));
  }
  return text;
}

/// The opposite; nothing for a `\` with anything but three octal digits of a byte behind it.
std::optional<std::string> unescaped(std::string_view text) {
  constexpr std::size_t kDigits = 3;
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      name += text[i];
      continue;
    }
    const std::string_view digits = text.substr(i + 1, kDigits);
    if (digits.size() != kDigits || digits.find_first_not_of("01234567") != std::string_view::npos ||
        digits[0] > '3')
      return std::nullopt;
    unsigned byte = 0;
    for (const char digit : digits) byte = byte * 8 + static_cast<unsigned>(digit - '0');
    name += static_cast<char>(byte);
    i += kDigits;
  }
  return name;
}

/// A word that is no option, and no path, to a program.
bool is_plain(std::string_view name) {
  return !name.empty() && name.front() != '-' && name.front() != '.' &&
         name.find('/') == std::string_view::npos && std::none_of(name.begin(), name.end(), is_control);
}

bool is_folder(std::string_view path) {
  return path.starts_with('/') && path.find('\0') == std::string_view::npos &&
         ("/" + std::string(path) + "/").find("/../") == std::string::npos;
}

bool may_be(Holding::Kind kind, std::string_view name) {
  switch (kind) {
    case Holding::Kind::mount:
      return is_folder(name);
    case Holding::Kind::array:
      return name == "*" || (is_plain(name) && name.starts_with("md"));
    case Holding::Kind::group:
    case Holding::Kind::luks:
    case Holding::Kind::iscsi:
      return is_plain(name);
    case Holding::Kind::chroot:
      return name == "-";
  }
  return false;
}

}  // namespace

std::string_view kind_name(Holding::Kind kind) {
  for (const auto& [one, name] : kKinds)
    if (one == kind) return name;
  return "";
}

std::string holding_record_text(const HoldingRecord& record) {
  std::string text = std::string(kConsole) + " " + escaped(record.console) + "\n";
  for (const Holding& holding : record.holdings)
    text.append(kind_name(holding.kind)).append(" ").append(escaped(holding.name)).append("\n");
  return text;
}

HoldingRecord parse_holding_record(std::string_view text) {
  HoldingRecord record;
  for (const std::string_view line : lines_of(text.substr(0, kMaxHoldingRecord))) {
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos || record.holdings.size() == kMaxHoldings) continue;
    const std::string_view word = line.substr(0, blank);
    std::optional<std::string> name = unescaped(line.substr(blank + 1));
    if (!name || name->size() > kMaxHoldingName) continue;
    if (word == kConsole) {
      record.console = std::move(*name);
      continue;
    }
    const auto kind = kind_of(word);
    if (kind && may_be(*kind, *name)) record.holdings.push_back({*kind, std::move(*name)});
  }
  return record;
}

}  // namespace kboot
