#include "loader/session/chroot.h"

#include "base/error.h"

namespace kboot {

// Nothing else asks for these.

std::vector<TreeMount> chroot_tree(const std::vector<BootedFileSystem>& /*mounted*/, Access /*access*/) {
  return {};
}

int run_in_tree(const std::vector<TreeMount>& /*tree*/, const std::string& /*line*/) {
  fail("chroot: left out of this kboot");
}

void end_trees() noexcept {}

}  // namespace kboot
