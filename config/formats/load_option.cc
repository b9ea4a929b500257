#include "config/formats/load_option.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"

namespace kboot {
namespace {

// UEFI 2.10, 10.3: nodes of a device path are type, sub-type, and a length that counts these four bytes.
constexpr std::size_t kNodeHead = 4;
constexpr int kMedia = 4;
constexpr int kHardDrive = 1;
constexpr int kFilePath = 4;
constexpr int kEnd = 0x7f;
constexpr std::size_t kHardDriveNode = 42;
constexpr char kGpt = 2;             // partition format, and the kind of a GPT's signature
constexpr std::size_t kGuidAt = 20;  // of a hard drive's node, without its head
constexpr std::size_t kGuid = 16;

/// A list has room for a line of it; the rest of a longer description is cut off.
constexpr std::size_t kLongestTitle = 200;

/// The bytes of a GUID in the order of its text: the first three fields are little-endian.
constexpr std::array<std::size_t, kGuid> kOrder = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

std::string guid_text(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < kGuid; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", static_cast<unsigned char>(bytes[kOrder[i]]));
  }
  return text;
}

std::string guid_bytes(const std::string& text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c != '-'; });
  std::string bytes(kGuid, '\0');
  for (std::size_t i = 0; i < kGuid; ++i) {
    const auto byte = digits.size() == 2 * kGuid ? whole_number(std::string_view(digits).substr(2 * i, 2), 16)
                                                 : std::nullopt;
    if (!byte) fail("PARTUUID {} is not a GPT's", text);
    bytes[kOrder[i]] = static_cast<char>(*byte);
  }
  return bytes;
}

/// UCS-2 of ASCII with its final 0. Throws Error for other text: `noun`.
std::string ucs2(std::string_view text, const char* noun) {
  std::string bytes;
  for (const char c : text) {
    if (c < ' ' || c > '~') fail("{} has letters that the firmware may not know", noun);
    bytes += {c, '\0'};
  }
  return bytes + std::string(2, '\0');
}

void add_utf8(std::string& text, std::uint32_t letter) {
  const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (letter < 0x80) return add(letter);
  if (letter < 0x800) {
    add(0xc0 | letter >> 6);
  } else {
    if (letter < 0x10000) {
      add(0xe0 | letter >> 12);
    } else {
      add(0xf0 | letter >> 18);
      add(0x80 | (letter >> 12 & 0x3f));
    }
    add(0x80 | (letter >> 6 & 0x3f));
  }
  add(0x80 | (letter & 0x3f));
}

std::string node(int type, int subtype, const std::string& contents) {
  return std::string{static_cast<char>(type), static_cast<char>(subtype)} +
         little_endian(kNodeHead + contents.size(), 2) + contents;
}

/// Reads the first device path of the list, which is what the firmware starts; false: it is malformed.
bool read_device_path(std::string_view list, LoadOption& option) {
  while (list.size() >= kNodeHead) {
    const int type = static_cast<unsigned char>(list[0]);
    const int subtype = static_cast<unsigned char>(list[1]);
    const std::size_t length = little_endian(list.substr(2, 2));
    if (length < kNodeHead || length > list.size()) return false;
    if (type == kEnd) return true;
    const std::string_view contents = list.substr(kNodeHead, length - kNodeHead);
    if (type == kMedia && subtype == kHardDrive && length == kHardDriveNode && contents.back() == kGpt)
      option.partuuid = guid_text(contents.substr(kGuidAt, kGuid));
    if (type == kMedia && subtype == kFilePath) option.path += text_of_utf16(contents);
    list.remove_prefix(length);
  }
  return false;
}

}  // namespace

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

std::string little_endian(std::uint64_t value, std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}

std::string text_of_utf16(std::string_view bytes) {
  constexpr std::uint32_t kReplacement = 0xfffd;
  const auto unit = [&](std::size_t at) {
    return at + 1 < bytes.size() ? static_cast<std::uint32_t>(little_endian(bytes.substr(at, 2))) : 0;
  };
  const auto is_surrogate = [](std::uint32_t letter, std::uint32_t first) {
    return letter >= first && letter < first + 0x400;
  };
  std::string text;
  for (std::size_t at = 0; unit(at) != 0; at += 2) {
    std::uint32_t letter = unit(at);
    if (is_surrogate(letter, 0xd800) && is_surrogate(unit(at + 2), 0xdc00)) {
      letter = 0x10000 + ((letter - 0xd800) << 10) + (unit(at + 2) - 0xdc00);
      at += 2;
    } else if (is_surrogate(letter, 0xd800) || is_surrogate(letter, 0xdc00)) {
      letter = kReplacement;
    }
    add_utf8(text, letter);
  }
  return printable(text);
}

std::optional<LoadOption> parse_load_option(std::string_view bytes) {
  constexpr std::size_t kHead = 6;
  if (bytes.size() < kHead || bytes.size() > kMaxLoadOption) return std::nullopt;
  LoadOption option;
  option.attributes = static_cast<std::uint32_t>(little_endian(bytes.substr(0, 4)));
  const std::size_t list_size = little_endian(bytes.substr(4, 2));
  bytes.remove_prefix(kHead);
  const std::string_view description = bytes;
  while (bytes.size() >= 2 && little_endian(bytes.substr(0, 2)) != 0) bytes.remove_prefix(2);
  if (bytes.size() < 2 + list_size) return std::nullopt;
  option.title = printable_head(trim(text_of_utf16(description.substr(0, description.size() - bytes.size()))),
                                kLongestTitle);
  if (!read_device_path(bytes.substr(2, list_size), option)) return std::nullopt;
  std::replace(option.path.begin(), option.path.end(), '\\', '/');
  return option;
}

std::string load_option(const EfiProgram& program) {
  std::string path = program.path;
  std::replace(path.begin(), path.end(), '/', '\\');
  const std::string drive = little_endian(program.partition, 4) + little_endian(program.start, 8) +
                            little_endian(program.size, 8) + guid_bytes(program.partuuid) + kGpt + kGpt;
  const std::string list = node(kMedia, kHardDrive, drive) + node(kMedia, kFilePath, ucs2(path, "the path")) +
                           node(kEnd, 0xff, "");
  return little_endian(LoadOption::kActive, 4) + little_endian(list.size(), 2) +
         ucs2(program.title, "the title") + list;
}

std::string boot_option_name(unsigned number) {
  return fmt::format("Boot{:04X}", number);
}

std::optional<unsigned> boot_option_number(std::string_view name) {
  constexpr std::string_view kBegin = "Boot";
  if (!name.starts_with(kBegin)) return std::nullopt;
  const auto number = whole_number(name.substr(kBegin.size()), 16);
  constexpr unsigned kMost = 0xffff;
  if (!number || *number > kMost || boot_option_name(static_cast<unsigned>(*number)) != name)
    return std::nullopt;
  return static_cast<unsigned>(*number);
}

}  // namespace kboot
