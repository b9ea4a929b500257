#include "loader/network/log_sender.h"

#include <catch2/catch.hpp>

using namespace kboot;

namespace {

/// 2026-11-26 16:40:00 UTC.
const std::chrono::system_clock::time_point kStart{std::chrono::seconds(1795711200)};

}  // namespace

TEST_CASE("log sender: a record as RFC 5424 has it") {
  CHECK(syslog_message({4, 3141592, false, "eth0: link is down"}, kStart, "rack7") ==
        "<4>1 2026-11-26T16:40:03.141592Z rack7 kernel - - - eth0: link is down");
  CHECK(syslog_message({6, 5, true, "kboot: booting /boot/vmlinuz"}, kStart, "rack7") ==
        "<30>1 2026-11-26T16:40:00.000005Z rack7 kboot - - - booting /boot/vmlinuz");
}

TEST_CASE("log sender: a host's name is one field, a record's time a date") {
  CHECK(syslog_message({6, 0, true, "a: b"}, kStart, "my host\x1b") ==
        "<30>1 2026-11-26T16:40:00.000000Z my_host_ a - - - b");
  CHECK(syslog_message({6, 0, true, "a: b"}, kStart, std::string(300, 'h')).find(std::string(256, 'h')) ==
        std::string::npos);
  CHECK(syslog_message({6, UINT64_MAX, true, "a: b"}, kStart, "h").starts_with("<30>1 2126-"));
}

TEST_CASE("log sender: what has no name gets none, and no record breaks the format") {
  CHECK(syslog_message({6, 0, true, "no name: here"}, kStart, "") ==
        "<30>1 2026-11-26T16:40:00.000000Z - - - - - no name: here");
  CHECK(syslog_message({6, 0, true, ": x"}, kStart, "h") ==
        "<30>1 2026-11-26T16:40:00.000000Z h - - - - : x");
  CHECK(syslog_message({6, 0, true, "a\nb"}, kStart, "h") ==
        "<30>1 2026-11-26T16:40:00.000000Z h - - - - a\\x0ab");
}
