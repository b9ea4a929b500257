#include "loader/chroot.h"

#include "base/error.h"
#include "loader/commands.h"

namespace kboot {

void run_chroot(Session& /*session*/, const std::vector<std::string>& /*arguments*/) {
  fail("chroot: left out of this kboot");
}

// Nothing else asks for these.

std::vector<TreeMount> chroot_tree(const std::vector<BootedFileSystem>& /*mounted*/, Access /*access*/) {
  return {};
}

int run_in_tree(const std::vector<TreeMount>& /*tree*/, const std::string& /*line*/) {
  fail("chroot: left out of this kboot");
}

}  // namespace kboot
