#include "loader/session/chroot.h"

#include <catch2/catch.hpp>

using namespace kboot;

using Kind = TreeMount::Kind;

TEST_CASE("chroot: the file systems by their depth, then what is kboot's") {
  const std::vector<BootedFileSystem> mounted = {{"/", "/run/kboot/mnt/a", ""},
                                                 {"/boot/efi", "/run/kboot/mnt/b", ""},
                                                 {"/home", "/run/kboot/mnt/c", ""},
                                                 {"/srv", "", "no such device"},
                                                 {"/boot", "/run/kboot/mnt/d", ""}};
  CHECK(chroot_tree(mounted, Access::read_write) ==
        std::vector<TreeMount>{{Kind::bind, "/run/kboot/mnt/a", "/"},
                               {Kind::bind, "/run/kboot/mnt/c", "/home"},
                               {Kind::bind, "/run/kboot/mnt/d", "/boot"},
                               {Kind::bind, "/run/kboot/mnt/b", "/boot/efi"},
                               {Kind::bind_all, "/dev", "/dev"},
                               {Kind::bind_all, "/proc", "/proc"},
                               {Kind::bind_all, "/sys", "/sys"},
                               {Kind::bind, "/run", "/run"},
                               {Kind::bind_file, "/etc/resolv.conf", "/etc/resolv.conf"}});
}

TEST_CASE("chroot: a read-only system gets a /tmp in memory") {
  const std::vector<TreeMount> tree = chroot_tree({{"/", "/x", ""}}, Access::read_only);
  CHECK(std::count(tree.begin(), tree.end(), TreeMount{Kind::tmpfs, "", "/tmp"}) == 1);
}
