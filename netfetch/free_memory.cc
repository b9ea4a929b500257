#include "netfetch/free_memory.h"

#include <optional>
#include <string>
#include <string_view>

#include <sys/sysinfo.h>

#include "base/error.h"
#include "base/file.h"
#include "base/number.h"
#include "base/text.h"

namespace kboot {
namespace {

/// The kernel's own estimate: free memory and what it can give back of its caches.
std::optional<std::uint64_t> mem_available() {
  constexpr std::string_view kField = "MemAvailable:";
  constexpr std::size_t kMaxMeminfo = std::size_t{64} * 1024;
  const auto text = read_file_if_there("/proc/meminfo", kMaxMeminfo);
  if (!text) return {};
  const std::size_t start = text->find(kField);
  if (start == std::string::npos) return {};
  const std::string_view rest = trim(std::string_view(*text).substr(start + kField.size()));
  const auto kibibytes = whole_number(rest.substr(0, rest.find(' ')));
  if (!kibibytes) return {};
  return *kibibytes * 1024;
}

}  // namespace

std::uint64_t free_memory() {
  std::uint64_t available = 0;
  if (const auto known = mem_available()) {
    available = *known;
  } else {
    struct sysinfo info {};
    if (sysinfo(&info) != 0) fail("free memory is not known");
    available = static_cast<std::uint64_t>(info.freeram) * info.mem_unit;
  }
  // An eighth stays for the kernel and for us: page tables, sockets, the load itself.
  return available - available / 8;
}

}  // namespace kboot
