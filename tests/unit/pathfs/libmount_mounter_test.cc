#include "pathfs/libmount_mounter.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/file.h"
#include "base/unique_fd.h"
#include "tests/unit/fakes/private_mounts.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;
using namespace kboot::test;

namespace {

/// A file system in memory, as another console would have mounted it.
std::string mounted_by_another(const TemporaryFolder& folder) {
  folder.make_folder("mnt/other");
  std::string where = folder.path("mnt/other");
  require(::mount("none", where.c_str(), "tmpfs", 0, nullptr) == 0, "a mount");
  return where;
}

bool is_read_only(const std::string& where) {
  struct statvfs status {};
  return ::statvfs(where.c_str(), &status) == 0 && (status.f_flag & ST_RDONLY) != 0;
}

}  // namespace

TEST_CASE("mounter: what another console has mounted is taken down, unless it is in use") {
  if (!may_have_private_mounts()) {
    WARN("no mount namespace can be had here");
    return;
  }
  const TemporaryFolder folder;
  CHECK(in_private_mounts([&] {
          Ledger ledger;
          LibmountMounter mounter(folder.path("mnt"), ledger);
          const std::string where = mounted_by_another(folder);
          {
            const UniqueFd in_use(::open(where.c_str(), O_RDONLY | O_CLOEXEC));
            require(!mounter.take_down(where), "in use");
          }
          require(mounter.take_down(where), "no longer");
          require(read_small_file("/proc/self/mountinfo").find(where) == std::string::npos, "unmounted");
          require(::access(where.c_str(), F_OK) != 0, "the folder is gone");
          require(mounter.take_down(where), "nothing is there any more");
        }) == "");
}

TEST_CASE("mounter: a folder that is not kboot's is left alone") {
  if (!may_have_private_mounts()) {
    WARN("no mount namespace can be had here");
    return;
  }
  const TemporaryFolder folder;
  CHECK(in_private_mounts([&] {
          Ledger ledger;
          LibmountMounter mounter(folder.path("elsewhere"), ledger);
          const std::string where = mounted_by_another(folder);
          mounter.take_down(where);
          mounter.make_clean(where);
          require(read_small_file("/proc/self/mountinfo").find(where) != std::string::npos, "still mounted");
          require(!is_read_only(where), "still writable");
        }) == "");
}

TEST_CASE("mounter: what is in use is made read-only in the end, or detached where a file is being written") {
  if (!may_have_private_mounts()) {
    WARN("no mount namespace can be had here");
    return;
  }
  const TemporaryFolder folder;
  CHECK(in_private_mounts([&] {
          Ledger ledger;
          LibmountMounter mounter(folder.path("mnt"), ledger);
          const std::string where = mounted_by_another(folder);
          require(::chdir(where.c_str()) == 0, "there is a folder to be in");
          mounter.make_clean(where);
          require(is_read_only(where), "read-only");
          require(::mount(nullptr, where.c_str(), nullptr, MS_REMOUNT, nullptr) == 0, "writable again");
          const UniqueFd file(::open("file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
          mounter.make_clean(where);  // a tmpfs cannot be frozen
          require(read_small_file("/proc/self/mountinfo").find(where) == std::string::npos, "detached");
        }) == "");
}
