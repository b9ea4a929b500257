#include "pathfs/system_mounter.h"

#include <functional>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/file.h"
#include "base/unique_fd.h"
#include "pathfs/absent/ledger.h"
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

/// Runs `test` where mounts can be made, with a mounter whose mounts lie below `own`, and with what another
/// console mounted.
void with_mounter(const std::string& own,
                  const std::function<void(SystemMounter& mounter, const std::string& where)>& test) {
  if (!may_have_private_mounts()) {
    WARN("no mount namespace can be had here");
    return;
  }
  const TemporaryFolder folder;
  CHECK(in_private_mounts([&] {
          AbsentLedger ledger;
          SystemMounter mounter(folder.path(own), ledger);
          test(mounter, mounted_by_another(folder));
        }) == "");
}

bool is_mounted(const std::string& where) {
  return read_small_file("/proc/self/mountinfo").find(where) != std::string::npos;
}

}  // namespace

TEST_CASE("mounter: what another console has mounted is taken down, unless it is in use") {
  with_mounter("mnt", [](SystemMounter& mounter, const std::string& where) {
    {
      const UniqueFd in_use(::open(where.c_str(), O_RDONLY | O_CLOEXEC));
      require(!mounter.take_down(where), "in use");
    }
    require(mounter.take_down(where), "no longer");
    require(!is_mounted(where), "unmounted");
    require(::access(where.c_str(), F_OK) != 0, "the folder is gone");
    require(mounter.take_down(where), "nothing is there any more");
  });
}

TEST_CASE("mounter: a folder that is not kboot's is left alone") {
  with_mounter("elsewhere", [](SystemMounter& mounter, const std::string& where) {
    mounter.take_down(where);
    mounter.make_clean(where);
    require(is_mounted(where), "still mounted");
    require(!is_read_only(where), "still writable");
  });
}

TEST_CASE("mounter: what is in use is made read-only in the end, or detached where a file is being written") {
  with_mounter("mnt", [](SystemMounter& mounter, const std::string& where) {
    require(::chdir(where.c_str()) == 0, "there is a folder to be in");
    mounter.make_clean(where);
    require(is_read_only(where), "read-only");
    require(::mount(nullptr, where.c_str(), nullptr, MS_REMOUNT, nullptr) == 0, "writable again");
    const UniqueFd file(::open("file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    mounter.make_clean(where);  // a tmpfs cannot be frozen
    require(!is_mounted(where), "detached");
  });
}
