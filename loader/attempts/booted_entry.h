#pragma once

#include <optional>
#include <string>

namespace kboot {

/// What tells the booted system which file has the count that it is to take away once it works. The real one
/// is EfiBootedEntry; tests have one in memory.
class BootedEntry {
 public:
  virtual ~BootedEntry() = default;
  /// `path` is that of the file on its partition; nothing: none is to be touched. Throws Error.
  virtual void tell(const std::optional<std::string>& path) = 0;
};

/// systemd-boot's own way, by the EFI variable that systemd-bless-boot(8) reads. Does nothing on a machine
/// without EFI.
class EfiBootedEntry final : public BootedEntry {
 public:
  void tell(const std::optional<std::string>& path) override;
};

/// `/loader/entries/x.conf` as that variable has it: UTF-16, with EFI's separators and a NUL. Nothing for a
/// path that is not ASCII, which no entry has.
std::optional<std::string> boot_count_path(const std::string& path);

}  // namespace kboot
