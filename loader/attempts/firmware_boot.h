#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "loader/attempts/boot_options.h"

namespace kboot {

class EfiVariables;

/// What the machine's firmware can be asked to start in place of kboot. The real one is EfiFirmwareBoot;
/// tests have one in memory.
class FirmwareBoot {
 public:
  virtual ~FirmwareBoot() = default;
  /// The firmware's own boot options; nothing: this machine was not started by UEFI firmware. Throws Error.
  virtual std::optional<BootOptions> options() = 0;
  // Each of these is for the next start, and that one only. All throw Error, also where there is no UEFI.
  virtual void start_next(unsigned number) = 0;
  virtual void start_next(const EfiProgram& program) = 0;
  virtual void open_setup_next() = 0;
};

/// By the variables of UEFI firmware.
class EfiFirmwareBoot final : public FirmwareBoot {
 public:
  std::optional<BootOptions> options() override;
  void start_next(unsigned number) override;
  void start_next(const EfiProgram& program) override;
  void open_setup_next() override;
};

/// What is printed before the machine restarts for a boot option or a program of that title.
inline std::string firmware_starts_line(std::string_view title) {
  return fmt::format("the firmware starts {}: the machine restarts", printable(title));
}

/// The boot options of this machine's firmware; nothing where that is no UEFI. Throws Error.
std::optional<BootOptions> firmware_boot_options();

/// The partition behind `node` and where on its disk it is; nothing when it is none that firmware can name.
std::optional<EfiProgram> efi_partition(const std::string& node, const std::string& partuuid);

/// The name of the entry that systemd-boot started last; nothing when it has not noted one. Throws Error.
std::optional<std::string> last_booted_entry(const EfiVariables& variables);

/// The same on this machine; nothing where it has no EFI firmware. Throws Error.
std::optional<std::string> last_booted_entry();

}  // namespace kboot
