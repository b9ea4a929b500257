#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pathfs/mounter.h"

namespace kboot {

/// The variables of EFI firmware, in a folder where efivarfs is mounted. Names have their vendor behind a
/// `-`. All throw Error with the name.
class EfiVariables {
 public:
  explicit EfiVariables(std::string folder) : folder_(std::move(folder)) {}

  bool has(const std::string& name) const;
  /// The names that begin so, sorted; none when the folder cannot be read.
  std::vector<std::string> names(std::string_view begin) const;
  /// At most `limit` bytes; nothing when there is no such variable.
  std::optional<std::string> read(const std::string& name, std::size_t limit) const;
  /// Replaces it as a whole. It is kept when the power is off, and seen by loaders and systems.
  void write(const std::string& name, std::string_view value) const;
  /// One that is not there is fine.
  void remove(const std::string& name) const;

 private:
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  std::string folder_;
};

/// Whether the machine was started by EFI firmware, and its kernel knows.
bool has_efi_variables();

/// Calls `use` while they can be read, with read_write also written. Throws Error.
void with_efi_variables(Access access, const std::function<void(const EfiVariables& variables)>& use);

}  // namespace kboot
