#include "pathfs/nfs.h"

#include <cerrno>
#include <csignal>

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/interrupt.h"
#include "base/process.h"
#include "pathfs/nfs_export.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)
using Strings = std::vector<std::string>;

TEST_CASE("nfs: an export is a host and a folder") {
  CHECK(parse_nfs_export("server:/") == NfsExport{"server", "/"});
  CHECK(parse_nfs_export("10.0.0.1:/srv/k") == NfsExport{"10.0.0.1", "/srv/k"});
  CHECK(parse_nfs_export("[2001:db8::1]:/srv") == NfsExport{"2001:db8::1", "/srv"});
  CHECK(parse_nfs_export("[fe80::1%eth0]:/srv") == NfsExport{"fe80::1%eth0", "/srv"});
  for (const char* bad : {"", ":", "server", "server:", "server:srv", "[::1:/srv", ":/srv", "[::1]/srv"}) {
    INFO(bad);
    CHECK_THROWS_AS(parse_nfs_export(bad), Error);
  }
}

TEST_CASE("nfs: the newest version is asked for first, locks only stay off where they exist") {
  CHECK(nfs_option_sets("", "10.0.0.1") == Strings{"vers=4.2,soft,timeo=30,retrans=2,addr=10.0.0.1",
                                                   "vers=4.1,soft,timeo=30,retrans=2,addr=10.0.0.1",
                                                   "vers=4.0,soft,timeo=30,retrans=2,addr=10.0.0.1",
                                                   "vers=3,soft,timeo=30,retrans=2,nolock,addr=10.0.0.1"});
}

TEST_CASE("nfs: fstab may say the version; how long to hang is not its to say") {
  CHECK(nfs_option_sets("nfsvers=3,rsize=8192,hard,bg,retry=10,timeo=600,addr=1.2.3.4", "::1") ==
        Strings{"rsize=8192,vers=3,soft,timeo=30,retrans=2,nolock,addr=::1"});
  CHECK(nfs_option_sets("vers=4.0,port=2050", "::1") ==
        Strings{"port=2050,vers=4.0,soft,timeo=30,retrans=2,addr=::1"});
  CHECK(nfs_option_sets("vers=3,nolock", "::1") == Strings{"nolock,vers=3,soft,timeo=30,retrans=2,addr=::1"});
}

TEST_CASE("nfs: a version without a value is none") {
  for (const char* options : {"vers", "nfsvers", "vers=", "nfsvers="}) {
    INFO(options);
    CHECK(nfs_option_sets(options, "::1") == nfs_option_sets("", "::1"));
  }
}

TEST_CASE("nfs: a host that cannot be is an error that names it") {
  const kboot::test::TemporaryFolder folder;
  // Longer than a name may be, so that no name server is asked.
  const std::string host(300, 'x');
  CHECK_THROWS_WITH(KernelNfs().mount(host + ":/srv", folder.path(), "", Access::read_only),
                    "no address for " + host);
}

namespace {

/// In mount name spaces of its own, which root has and others may have.
bool has_private_mounts() {
  return (::unshare(CLONE_NEWNS) == 0 || ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) &&
         ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

/// 0: nothing is mounted at `directory` after a child that had mounted it was given up; 77: it cannot be
/// shown.
int give_up_after_mount(const std::string& directory) {
  Interrupt::install();
  if (!has_private_mounts()) return 77;
  const pid_t self = ::getpid();
  const auto mount_and_hang = [&] {
    if (::mount("none", directory.c_str(), "tmpfs", 0, nullptr) != 0) fail_errno(errno, "mount");
    ::kill(self, SIGINT);
    for (;;) ::pause();
  };
  try {
    mount_by_child(mount_and_hang, directory, "server", std::chrono::minutes(1));
    return 1;
  } catch (const Cancelled&) {
    struct stat inside {};
    struct stat outside {};
    if (::stat(directory.c_str(), &inside) != 0 || ::stat((directory + "/..").c_str(), &outside) != 0)
      return 2;
    return inside.st_dev == outside.st_dev ? 0 : 3;
  } catch (const std::exception&) {
    return 77;
  }
}

}  // namespace

TEST_CASE("nfs: a child that is killed after its mount leaves none") {
  const kboot::test::TemporaryFolder folder;
  folder.make_folder("mnt");
  const pid_t child = fork_child("child");
  if (child == 0) ::_exit(give_up_after_mount(folder.path("mnt")));
  const int status = wait_for(child);
  if (status == 77)
    WARN("no mounts of its own here");
  else
    CHECK(status == 0);
}

TEST_CASE("nfs: a child that does not answer in time is given up, and what it throws is thrown") {
  const kboot::test::TemporaryFolder folder;
  CHECK_THROWS_WITH(mount_by_child([] { ::pause(); }, folder.path(), "server", std::chrono::milliseconds(50)),
                    Catch::Contains("no answer from server"));
  CHECK_THROWS_AS(mount_by_child([] { throw NotExported("no"); }, folder.path(), "server", kNfsDeadline),
                  NotExported);
  CHECK_THROWS_WITH(mount_by_child([] { ::_exit(0); }, folder.path(), "server", kNfsDeadline),
                    "the mount ended without an answer");
}
