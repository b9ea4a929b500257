#include "loader/app/site_files.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

namespace {

/// A stick with a site's files, and a loader that has some built in.
struct Stick : Machine {
  TemporaryFolder& stick = mounter.add({.node = "/dev/sdb2", .type = "vfat", .partlabel = "kboot-site"});
  TemporaryFolder root;

  Stick() {
    root.write("etc/kboot.conf", "default=built_in\n");
    root.write("etc/hosts", "127.0.0.1 localhost\n");
  }
  Strings take(const std::string& device = "PARTLABEL=kboot-site") {
    Strings lines;
    for (const Diagnostic& diagnostic : take_site_files(device, resolver, root.path()))
      lines.push_back(diagnostic.str());
    return lines;
  }
};

}  // namespace

TEST_CASE_METHOD(Stick, "site: what is on the stick takes the place of what is built in, the rest stays") {
  stick.write("message", "hello\n");
  stick.write("authorized_keys", "ssh-ed25519 AAAA me\n");
  stick.write("README.txt", "no file of a site\n");
  CHECK(take().empty());
  CHECK(root.read("etc/message") == "hello\n");
  CHECK(root.read("root/.ssh/authorized_keys") == "ssh-ed25519 AAAA me\n");
  CHECK(root.read("etc/kboot.conf") == "default=built_in\n");
  struct stat status {};
  REQUIRE(::stat(root.path("root/.ssh/authorized_keys").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);

  stick.write("kboot.conf", "default=stick\n");
  CHECK(take().empty());
  CHECK(root.read("etc/kboot.conf") == "default=stick\n");
}

TEST_CASE_METHOD(Stick, "site: hosts are added to those that are there") {
  stick.write("hosts", "192.0.2.1 server\n");
  CHECK(take().empty());
  CHECK(root.read("etc/hosts") == "127.0.0.1 localhost\n192.0.2.1 server\n");
}

TEST_CASE_METHOD(Stick, "site: garbage is told of, and what was built in counts") {
  stick.write("kboot.conf", std::string_view("\0\1\2", 3));
  stick.write("message", std::string((1 << 20) + 1, 'x'));
  stick.make_folder("fstab");
  stick.write("hosts", "192.0.2.1 server\n");
  CHECK(take() == Strings{"kboot.site=PARTLABEL=kboot-site: kboot.conf: not text: the one built in counts",
                          "kboot.site=PARTLABEL=kboot-site: fstab: not a regular file",
                          "kboot.site=PARTLABEL=kboot-site: message: longer than 1 MiB"});
  CHECK(root.read("etc/kboot.conf") == "default=built_in\n");
  CHECK(root.read("etc/hosts") == "127.0.0.1 localhost\n192.0.2.1 server\n");
}

TEST_CASE_METHOD(Stick,
                 "site: a stick that appears late is waited for, one that cannot be read is told of once") {
  mounter.add_late({.node = "/dev/sdc1", .type = "vfat", .label = "LATE"}, 3).write("message", "late\n");
  CHECK(take("LABEL=LATE").empty());
  CHECK(root.read("etc/message") == "late\n");

  mounter.failures["/dev/sdb2"] = "unknown filesystem type";
  CHECK(take() == Strings{"kboot.site=PARTLABEL=kboot-site: mount /dev/sdb2: unknown filesystem type"});
}

TEST_CASE_METHOD(Stick, "site: nothing is mounted writable") {
  stick.write("message", "hello\n");
  resolver.set_access(Access::read_write);
  take();
  REQUIRE(mounter.mounts.size() == 1);
  CHECK(mounter.mounts[0].access == Access::read_only);
}
