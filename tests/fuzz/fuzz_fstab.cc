// Any bytes are entries and diagnostics, never more of them than lines; and any options are a plain mount
// that is read-only when asked for.

#include <algorithm>
#include <cstdint>
#include <string>

#include <sys/mount.h>

#include "pathfs/fstab.h"
#include "pathfs/location.h"
#include "pathfs/mount_options.h"
#include "require.h"

namespace {

using namespace kboot;  // NOLINT(google-build-using-namespace)

void check_target(const std::string& target) {
  std::string rebuilt;
  for (const std::string& component : path_components(target)) {
    require(component != "..");
    rebuilt += "/" + component;
  }
  require(target == (rebuilt.empty() ? "/" : rebuilt));
}

void check_options(const std::string& options) {
  for (const Access access : {Access::read_only, Access::read_write}) {
    for (const KernelOptions& kernel :
         {kernel_options(options, "ext4", access), bare_kernel_options(options, "ext4", access)}) {
      require(((kernel.flags & MS_RDONLY) != 0) == (access == Access::read_only));
      require((kernel.flags & (MS_BIND | MS_MOVE | MS_REMOUNT | MS_REC)) == 0);
      require(access == Access::read_write || kernel.data.ends_with("noload"));
    }
  }
  const std::string root = root_in_file_system(options);
  require(root.empty() || root.starts_with('/'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;

  Diagnostics diagnostics;
  const std::vector<FstabEntry> entries = read_fstab(text, "fstab", diagnostics);
  require(entries.size() + diagnostics.size() <= lines);
  for (const FstabEntry& entry : entries) {
    require(!entry.source.empty());
    require(!entry.is_bind() || entry.source.starts_with('/'));
    check_target(entry.target);
    check_options(entry.options);
  }
  int last = 0;
  for (const Diagnostic& diagnostic : diagnostics) {
    require(!diagnostic.str().empty());
    // The last may tell how many more there are.
    if (diagnostic.line == 0) {
      require(&diagnostic == &diagnostics.back());
      break;
    }
    require(diagnostic.line > last && diagnostic.line <= static_cast<int>(lines));
    last = diagnostic.line;
  }
  return 0;
}
