#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kboot {

/// A program on a partition that EFI firmware starts.
struct EfiProgram {
  std::string title;
  std::string partuuid;  ///< of a GPT's partition
  std::uint32_t partition = 0;
  std::uint64_t start = 0;  ///< in the disk's blocks
  std::uint64_t size = 0;
  std::string path;  ///< `/EFI/Microsoft/Boot/bootmgfw.efi`
};

/// A boot option of EFI firmware (UEFI 2.10, 3.1.3 EFI_LOAD_OPTION): the contents of a variable Boot####.
struct LoadOption {
  std::uint32_t attributes = 0;
  std::string title;     ///< its description, printable UTF-8; may be empty
  std::string partuuid;  ///< empty: the option names no partition of a GPT
  std::string path;      ///< of the file on it, with `/`, as written; empty: the option names no file

  static constexpr std::uint32_t kActive = 0x1;
  static constexpr std::uint32_t kHidden = 0x8;
  static constexpr std::uint32_t kCategory = 0x1f00;
  static constexpr std::uint32_t kCategoryApp = 0x100;

  bool active() const { return (attributes & kActive) != 0; }
  bool hidden() const { return (attributes & kHidden) != 0; }
  /// A program beside the boot proper, such as the set-up or a shell: started only when it is chosen.
  bool app() const { return (attributes & kCategory) == kCategoryApp; }
  /// Whether the firmware's own menu offers it: EDK2 leaves out what is hidden or not active, and the
  /// specification what has a reserved category.
  bool in_menu() const { return active() && !hidden() && ((attributes & kCategory) == 0 || app()); }
};

/// The largest option that is read, in bytes. Optional data at its end may be long; most have 100 to 300
/// bytes.
inline constexpr std::size_t kMaxLoadOption = std::size_t{64} << 10;

/// Nothing when the bytes are no option: too short, a description without an end, a device path whose nodes
/// do not fill it up to an end node.
std::optional<LoadOption> parse_load_option(std::string_view bytes);

/// The option that starts the program. Throws Error when its title, path or UUID cannot be in one.
std::string load_option(const EfiProgram& program);

/// `Boot001A`, the name of an option's variable without its vendor.
std::string boot_option_name(unsigned number);
/// The number of such a name; nothing for any other text. The four digits are in capitals (UEFI 2.10, 3.3).
std::optional<unsigned> boot_option_number(std::string_view name);

/// The number of `bytes`, the lowest first, of which there are at most eight.
std::uint64_t little_endian(std::string_view bytes);
/// `value` in that many bytes.
std::string little_endian(std::uint64_t value, std::size_t size);
/// UTF-16, the lowest byte first, up to its NUL, as printable UTF-8. What is malformed becomes U+FFFD.
std::string text_of_utf16(std::string_view bytes);

}  // namespace kboot
