#include "loader/attempts/booted_entry.h"

#include "loader/attempts/efi_variables.h"

namespace kboot {
namespace {

/// systemd's vendor, https://systemd.io/BOOT_LOADER_INTERFACE.
constexpr const char* kName = "LoaderBootCountPath-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

}  // namespace

std::optional<std::string> boot_count_path(const std::string& path) {
  std::string text;
  for (const char c : path) {
    if (c <= ' ' || c > '~') return std::nullopt;
    text += {c == '/' ? '\\' : c, '\0'};
  }
  return text + std::string(2, '\0');
}

void EfiBootedEntry::tell(const std::optional<std::string>& path) {
  if (!has_efi_variables()) return;
  const auto value = path ? boot_count_path(*path) : std::nullopt;
  // A loader's own are not kept when the power is off, but once firmware has handed over it makes no such
  // ones any more.
  with_efi_variables(Access::read_write, [&](const EfiVariables& variables) {
    if (value)
      variables.write(kName, *value);
    else
      variables.remove(kName);
  });
}

}  // namespace kboot
