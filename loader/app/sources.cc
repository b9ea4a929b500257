#include "loader/app/sources.h"

#include <cstdio>
#include <string_view>

#include "base/file.h"
#include "config/kernel_command_line.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxFile = std::size_t{1} << 20;  // bytes

}  // namespace

ConfigurationSources sources_for(const Options& options, Place place) {
  ConfigurationSources sources;
  sources.set = options.set;
  sources.must_exist = options.config.has_value();
  if (options.config) sources.kboot_conf = *options.config;
  if (options.fstab) sources.fstab = *options.fstab;
  if (place == Place::loader) {
    if (!sources.fstab) sources.fstab = "/etc/fstab";
    sources.kernel_command_line = read_file_if_there("/proc/cmdline", kMaxFile).value_or("");
    sources.copy_from_booted = !kernel_command_line_has(*sources.kernel_command_line, "kboot=local");
  } else if (!sources.fstab) {
    // On a running system `/boot/vmlinuz` is that file, with no mounting of what is mounted.
    sources.host_root = "/";
  }
  return sources;
}

void add_hosts(const std::string& hosts) {
  constexpr std::string_view kMark = "# copied by kboot from the booted system";
  const std::string own = read_file_if_there("/etc/hosts", kMaxFile).value_or("");
  if (hosts.empty() || own.find(kMark) != std::string::npos) return;
  std::FILE* file = std::fopen("/etc/hosts", "ae");
  if (file == nullptr) return;
  std::fprintf(file, "\n%s\n%s", std::string(kMark).c_str(), hosts.c_str());
  std::fclose(file);
}

}  // namespace kboot
