#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kboot {

class EfiVariables;

/// A program on a partition that EFI firmware starts.
struct EfiProgram {
  std::string title;
  std::string partuuid;  ///< of a GPT's partition
  std::uint32_t partition = 0;
  std::uint64_t start = 0;  ///< in the disk's blocks
  std::uint64_t size = 0;
  std::string path;  ///< `/EFI/Microsoft/Boot/bootmgfw.efi`
};

/// What a boot option of the firmware's starts (UEFI 2.10, 3.1.3 EFI_LOAD_OPTION): a file on a partition.
struct EfiBootOption {
  std::string partuuid;  ///< empty: the option names no partition
  std::string path;      ///< with `/`, as written
};

/// Nothing when the bytes are no option for a file.
std::optional<EfiBootOption> parse_boot_option(std::string_view bytes);
/// The option that starts the program. Throws Error when its title, path or UUID cannot be in one.
std::string boot_option(const EfiProgram& program);

/// The partition behind `node` and where on its disk it is; nothing when it is none that firmware can name.
std::optional<EfiProgram> efi_partition(const std::string& node, const std::string& partuuid);

/// The firmware starts the program the next time, and that time only: BootNext names its own option for it,
/// or a new one. Throws Error.
void set_boot_next(const EfiVariables& variables, const EfiProgram& program);

/// The name of the entry that systemd-boot started last; nothing when it has not noted one. Throws Error.
std::optional<std::string> last_booted_entry(const EfiVariables& variables);

/// The same on this machine; nothing where it has no EFI firmware. Throws Error.
std::optional<std::string> last_booted_entry();

/// set_boot_next() on this machine. Throws Error, also where it has no EFI firmware.
void boot_by_firmware_next(const EfiProgram& program);

}  // namespace kboot
