#include <catch2/catch.hpp>

#include "pathfs/absent/initiator.h"
#include "pathfs/absent/ledger.h"
#include "pathfs/absent/nfs.h"
#include "pathfs/absent/volumes.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)

TEST_CASE("absent: iSCSI is said to be left out, and there are no sessions") {
  AbsentInitiator initiator;
  CHECK_THROWS_WITH(initiator.attach({}), "iSCSI: left out of this kboot");
  CHECK(initiator.sessions().empty());
  CHECK(initiator.firmware() == IscsiFirmware{});
  CHECK_FALSE(initiator.user_of("iqn.x:disk"));
  initiator.set_dialogue({});
  initiator.log_out("iqn.x:disk");
  initiator.release();
  initiator.drop_all();
}

TEST_CASE("absent: a ledger that keeps nothing lets all begin, closed or not") {
  const Holding holding{Holding::Kind::mount, "/run/kboot/mnt/sda2"};
  AbsentLedger ledger;
  const Ledger::Closed closed(ledger, std::chrono::milliseconds(0));
  const Ledger::Act act = ledger.begin(holding);
  CHECK(ledger.holders().empty());
  ledger.strike({}, holding);
  ledger.end(holding);
  CHECK(ledger.holders().empty());
}

TEST_CASE("absent: NFS is said to be left out") {
  CHECK_THROWS_WITH(AbsentNfs().mount("server:/srv", "/mnt", "", Access::read_only),
                    "NFS: left out of this kboot");
}

TEST_CASE("absent: without volumes there is no step to take, nothing to take down, and no key") {
  AbsentVolumes volumes;
  volumes.set_dialogue({});
  CHECK_FALSE(volumes.activate("vg/root", Access::read_only));
  CHECK_FALSE(volumes.activate_without_key(Access::read_only));
  CHECK(volumes.take_down({Holding::Kind::luks, "root"}));
  volumes.forget_key("root");
  volumes.release();
  CHECK(volumes.keys().empty());
}
