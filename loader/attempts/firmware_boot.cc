#include "loader/attempts/firmware_boot.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/lower_case.h"
#include "base/number.h"
#include "loader/attempts/efi_variables.h"

namespace kboot {
namespace {

/// EFI_GLOBAL_VARIABLE.
constexpr const char* kGlobal = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";
constexpr std::size_t kMaxOption = 4096;
constexpr std::uint32_t kActive = 1;  // LOAD_OPTION_ACTIVE

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

/// The bytes of a GUID in the order of its text: the first three fields are little-endian.
constexpr std::array<std::size_t, kGuid> kOrder = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

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

/// ASCII of UCS-2, up to its 0; other letters become `?`.
std::string ascii(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const std::uint64_t letter = little_endian(bytes.substr(i, 2));
    if (letter == 0) break;
    text += letter >= ' ' && letter <= '~' ? static_cast<char>(letter) : '?';
  }
  return text;
}

std::string node(int type, int subtype, const std::string& contents) {
  return std::string{static_cast<char>(type), static_cast<char>(subtype)} +
         little_endian(kNodeHead + contents.size(), 2) + contents;
}

std::string option_name(unsigned number) {
  return fmt::format("Boot{:04X}{}", number, kGlobal);
}

bool starts(const EfiBootOption& option, const EfiProgram& program) {
  return lower_case(option.path) == lower_case(program.path) &&
         (option.partuuid.empty() || option.partuuid == lower_case(program.partuuid));
}

std::optional<std::uint64_t> number_in(const std::string& path) {
  return whole_number(read_small_file(path));
}

}  // namespace

std::optional<EfiBootOption> parse_boot_option(std::string_view bytes) {
  constexpr std::size_t kHead = 6;
  if (bytes.size() < kHead) return std::nullopt;
  const std::size_t list_size = little_endian(bytes.substr(4, 2));
  bytes.remove_prefix(kHead);
  while (bytes.size() >= 2 && little_endian(bytes.substr(0, 2)) != 0) bytes.remove_prefix(2);
  if (bytes.size() < 2 + list_size) return std::nullopt;
  std::string_view list = bytes.substr(2, list_size);
  EfiBootOption option;
  while (list.size() >= kNodeHead) {
    const int type = static_cast<unsigned char>(list[0]);
    const int subtype = static_cast<unsigned char>(list[1]);
    const std::size_t length = little_endian(list.substr(2, 2));
    if (type == kEnd || length < kNodeHead || length > list.size()) break;
    const std::string_view contents = list.substr(kNodeHead, length - kNodeHead);
    if (type == kMedia && subtype == kHardDrive && length == kHardDriveNode && contents.back() == kGpt)
      option.partuuid = guid_text(contents.substr(kGuidAt, kGuid));
    if (type == kMedia && subtype == kFilePath) option.path += ascii(contents);
    list.remove_prefix(length);
  }
  std::replace(option.path.begin(), option.path.end(), '\\', '/');
  return option.path.empty() ? std::nullopt : std::optional(std::move(option));
}

std::string boot_option(const EfiProgram& program) {
  std::string path = program.path;
  std::replace(path.begin(), path.end(), '/', '\\');
  const std::string drive = little_endian(program.partition, 4) + little_endian(program.start, 8) +
                            little_endian(program.size, 8) + guid_bytes(program.partuuid) + kGpt + kGpt;
  const std::string list = node(kMedia, kHardDrive, drive) + node(kMedia, kFilePath, ucs2(path, "the path")) +
                           node(kEnd, 0xff, "");
  return little_endian(kActive, 4) + little_endian(list.size(), 2) + ucs2(program.title, "the title") + list;
}

std::optional<EfiProgram> efi_partition(const std::string& node, const std::string& partuuid) {
  constexpr std::uint64_t kSector = 512;  // sysfs counts in these, whatever the disk's block is
  const std::string sys = "/sys/class/block/" + node.substr(node.rfind('/') + 1);
  const auto partition = number_in(sys + "/partition");
  const auto start = number_in(sys + "/start");
  const auto size = number_in(sys + "/size");
  const std::uint64_t block = number_in(sys + "/../queue/logical_block_size").value_or(kSector);
  if (!partition || !start || !size || block < kSector || partuuid.empty()) return std::nullopt;
  EfiProgram program;
  program.partuuid = partuuid;
  program.partition = static_cast<std::uint32_t>(*partition);
  program.start = *start / (block / kSector);
  program.size = *size / (block / kSector);
  return program;
}

void set_boot_next(const EfiVariables& variables, const EfiProgram& program) {
  constexpr unsigned kOptions = 0x1000;
  // Firmware makes options of its own from the lowest numbers on.
  constexpr unsigned kFirstNew = 0x80;
  std::optional<unsigned> found;
  std::optional<unsigned> unused;
  for (unsigned number = 0; number < kOptions && !found; ++number) {
    const auto bytes = variables.read(option_name(number), kMaxOption);
    if (!bytes && number >= kFirstNew && !unused) unused = number;
    const auto option = bytes ? parse_boot_option(*bytes) : std::nullopt;
    if (option && starts(*option, program)) found = number;
  }
  if (!found) {
    if (!unused) fail("the firmware has no room for another boot option");
    variables.write(option_name(*unused), boot_option(program));
    found = unused;
  }
  variables.write(std::string("BootNext") + kGlobal, little_endian(*found, 2));
}

std::optional<std::string> last_booted_entry(const EfiVariables& variables) {
  // systemd's BOOT_LOADER_INTERFACE: a text in UTF-16.
  const auto bytes = variables.read("LoaderEntryLastBooted-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f", kMaxOption);
  return bytes ? std::optional(ascii(*bytes)) : std::nullopt;
}

std::optional<std::string> last_booted_entry() {
  std::optional<std::string> name;
  if (has_efi_variables())
    with_efi_variables(Access::read_only,
                       [&](const EfiVariables& variables) { name = last_booted_entry(variables); });
  return name;
}

void boot_by_firmware_next(const EfiProgram& program) {
  if (!has_efi_variables()) fail("this machine was not started by UEFI firmware, which alone can start it");
  with_efi_variables(Access::read_write,
                     [&](const EfiVariables& variables) { set_boot_next(variables, program); });
}

}  // namespace kboot
