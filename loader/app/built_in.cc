#include "loader/app/built_in.h"

#include "base/file.h"
#include "config/kboot_conf.h"
#include "config/kernel_command_line.h"

namespace kboot {

Variables built_in_settings() {
  constexpr std::size_t kMaxFile = std::size_t{4} << 20;  // bytes
  Variables variables;
  if (const auto text = read_file_if_there("/etc/kboot.conf", kMaxFile))
    read_kboot_conf(*text, "/etc/kboot.conf", Source::built_in, variables);
  read_kernel_command_line(read_file_if_there("/proc/cmdline", kMaxFile).value_or(""), variables);
  return variables;
}

}  // namespace kboot
