#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "pathfs/resolver.h"

namespace kboot {

/// A mount that makes up the tree in which a booted system's programs run.
struct TreeMount {
  enum class Kind {
    bind,  ///< this directory, without what is mounted in it
    bind_all,
    bind_file,  ///< over a file or a link of that name, where there is one
    tmpfs,
  };
  Kind kind = Kind::bind;
  std::string source;  ///< in kboot's own root
  std::string target;  ///< in the tree, absolute
  bool operator==(const TreeMount&) const = default;
};

/// The mounts in the order in which they have to be made: the booted system's file systems by their depth,
/// then /dev, /proc, /sys, /run and resolv.conf of kboot's. A read-only system gets a /tmp in memory.
std::vector<TreeMount> chroot_tree(const std::vector<BootedFileSystem>& mounted, Access access);

/// Runs `line` by the tree's own /bin/sh, or a login shell for an empty one, on this terminal; its exit
/// status. Nobody else sees the mounts, and the last of the tree's processes takes them with it: what the
/// line left running is ended. A mount that cannot be made is told on standard error; without the root's,
/// throws Error.
int run_in_tree(const std::vector<TreeMount>& tree, const std::string& line);

/// Ends the processes in all trees of this machine, and with them the mounts that only they see. Takes some
/// seconds at most.
void end_trees() noexcept;

/// The trees of booted systems. The real one is ChrootTrees; tests have one that only remembers.
class Trees {
 public:
  virtual ~Trees() = default;
  /// Makes the tree of what is mounted and runs one line in it, or a login shell for an empty one; the exit
  /// status. Throws Error.
  virtual int run(const std::vector<BootedFileSystem>& mounted, Access access, const std::string& line) = 0;
  /// Ends all that runs in a tree, whoever started it.
  virtual void end() noexcept = 0;
};

class ChrootTrees final : public Trees {
 public:
  int run(const std::vector<BootedFileSystem>& mounted, Access access, const std::string& line) override {
    return run_in_tree(chroot_tree(mounted, access), line);
  }
  void end() noexcept override { end_trees(); }
};

/// Says that this kboot was built without them.
class AbsentTrees final : public Trees {
 public:
  int run(const std::vector<BootedFileSystem>& /*mounted*/, Access /*access*/,
          const std::string& /*line*/) override {
    fail("chroot: left out of this kboot");
  }
  void end() noexcept override {}
};

}  // namespace kboot
