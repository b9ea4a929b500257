#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "loader/attempts/boot_options.h"
#include "loader/network/links.h"

namespace kboot {

/// What started a machine.
enum class Firmware { bios, uefi };

/// What configurations ask about the machine itself, beside its disks.
class MachineFacts {
 public:
  virtual ~MachineFacts() = default;
  virtual Firmware firmware() = 0;
  /// What SMBIOS says, by the name of a file in /sys/class/dmi/id; empty when it is not known.
  virtual std::string dmi(const std::string& name) = 0;
  /// The network links with their leases, in the kernel's order.
  virtual const std::vector<Link>& links() = 0;
  /// The card that the boot loader before kboot used, `52:54:00:12:34:56` (BOOTIF= of PXELINUX); empty when
  /// it is not known.
  virtual std::string boot_mac() = 0;
  /// As SourceReader has it.
  virtual std::optional<std::string> last_booted() = 0;
  /// The firmware's own boot options; nothing where it is no UEFI. Throws Error.
  virtual std::optional<BootOptions> boot_options() = 0;
};

/// This machine; what was read once is not read again.
class LinuxMachineFacts final : public MachineFacts {
 public:
  /// `root` is where /sys and /run are looked for.
  explicit LinuxMachineFacts(std::string root = "") : root_(std::move(root)) {}
  Firmware firmware() override;
  std::string dmi(const std::string& name) override;
  const std::vector<Link>& links() override;
  std::string boot_mac() override;
  std::optional<std::string> last_booted() override;
  std::optional<BootOptions> boot_options() override;

 private:
  std::string root_;
  std::map<std::string, std::string> dmi_;
  std::optional<std::vector<Link>> links_;
};

/// A setting of iPXE (https://ipxe.org/cfg) as the machine has it, `uuid` or `net0/mac`; nothing when it has
/// none.
std::optional<std::string> ipxe_setting(const std::string& name, MachineFacts& machine);

/// `10.0.2.15` of the lease, else of the link as it was configured; empty when there is none.
std::string ipv4_of(const Link& link);

}  // namespace kboot
