#include "pathfs/uevents.h"

#include <catch2/catch.hpp>

using namespace kboot;  // NOLINT(google-build-using-namespace)
using namespace std::string_view_literals;
using Action = BlockEvent::Action;

TEST_CASE("uevents: the kernel's messages about block devices") {
  constexpr std::string_view kAdd =
      "add@/devices/x/block/sda/sda1\0ACTION=add\0DEVPATH=/devices/x\0SUBSYSTEM=block\0DEVNAME=sda1\0"sv;
  CHECK(parse_block_event(kAdd) == BlockEvent{Action::add, "sda1"});
  CHECK(parse_block_event("ACTION=remove\0SUBSYSTEM=block\0DEVNAME=sr0"sv) ==
        BlockEvent{Action::remove, "sr0"});
  CHECK(parse_block_event("ACTION=change\0SUBSYSTEM=block\0DEVNAME=sr0"sv) ==
        BlockEvent{Action::change, "sr0"});
  CHECK_FALSE(parse_block_event("ACTION=add\0SUBSYSTEM=net\0DEVNAME=sda1"sv));
  CHECK_FALSE(parse_block_event("ACTION=add\0SUBSYSTEM=block\0"sv));
  CHECK_FALSE(parse_block_event(""));
  CHECK_FALSE(parse_block_event("\0\0\0"sv));
}
