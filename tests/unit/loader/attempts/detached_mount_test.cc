#include "loader/attempts/detached_mount.h"

#include <memory>

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/file.h"
#include "tests/unit/fakes/private_mounts.h"

using namespace kboot;
using namespace kboot::test;

namespace {

bool can_write(const std::string& folder) {
  return UniqueFd(::open((folder + "/file").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)).get() >= 0;
}

}  // namespace

TEST_CASE("detached mount: two at once, and the end of one is not the other's") {
  if (!may_have_private_mounts()) {
    WARN("no mount namespace can be had here");
    return;
  }
  CHECK(in_private_mounts([] {
          const std::string table = read_small_file("/proc/self/mountinfo");
          auto first = std::make_unique<DetachedMount>("tmpfs", Access::read_write);
          const DetachedMount second("tmpfs", Access::read_only);
          require(can_write(first->folder()), "the first can be written to");
          require(!can_write(second.folder()), "the second cannot");
          require(read_small_file("/proc/self/mountinfo") == table, "neither is seen by others");
          first.reset();
          require(::access(second.folder().c_str(), X_OK) == 0, "the second is still there");
          require(second.folder().starts_with("/proc/self/fd/"), "it is at no folder");
        }) == "");
}

TEST_CASE("detached mount: a type that the kernel has not") {
  CHECK_THROWS_WITH(DetachedMount("no-such-type", Access::read_only),
                    Catch::StartsWith("mount no-such-type: "));
}
