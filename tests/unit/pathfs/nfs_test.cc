#include "pathfs/nfs.h"

#include <catch2/catch.hpp>

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

TEST_CASE("nfs: a host that cannot be is an error that names it") {
  const kboot::test::TemporaryFolder folder;
  // Longer than a name may be, so that no name server is asked.
  const std::string host(300, 'x');
  CHECK_THROWS_WITH(mount_nfs(host + ":/srv", folder.path(), "", Access::read_only),
                    "no address for " + host);
}
