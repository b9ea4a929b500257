#include "pathfs/holding.h"

#include <catch2/catch.hpp>

using namespace kboot;

using Kind = Holding::Kind;

TEST_CASE("holding: a record and its text") {
  const HoldingRecord record{"ttyS0",
                             {{Kind::mount, "/run/kboot/mnt/sda2"},
                              {Kind::array, "md127"},
                              {Kind::array, "*"},
                              {Kind::group, "my.group-2"},
                              {Kind::luks, "luks-1234"},
                              {Kind::iscsi, "iqn.2026-01.org.example:disk"},
                              {Kind::chroot, "-"}}};
  const std::string text = holding_record_text(record);
  CHECK(text ==
        "console ttyS0\nmount /run/kboot/mnt/sda2\narray md127\narray *\ngroup my.group-2\nluks luks-1234\n"
        "iscsi iqn.2026-01.org.example:disk\nchroot -\n");
  CHECK(parse_holding_record(text) == record);
}

TEST_CASE("holding: any name survives, on a line of its own") {
  const HoldingRecord record{"an ssh session from 10.0.0.2", {{Kind::mount, "/run/kboot/mnt/a\nluks x\\ y"}}};
  CHECK(parse_holding_record(holding_record_text(record)) == record);
  CHECK(holding_record_text(record).find("\nluks") == std::string::npos);
}

TEST_CASE("holding: what could lead a command astray is no holding") {
  for (const char* line : {"",
                           "luks",
                           "luks ",
                           "luks -x",
                           "luks ../sda",
                           "luks a/b",
                           "luks .x",
                           "luks a\\012b",
                           "luks a\\400",
                           "luks a\\1",
                           "group --all",
                           "array sda",
                           "array md/x",
                           "array **",
                           "iscsi -x",
                           "mount run",
                           "mount ",
                           "mount /run/../etc",
                           "mount /run/kboot/..",
                           "mount /a\\000b",
                           "chroot x",
                           "other x",
                           "luks\tx"}) {
    INFO(line);
    CHECK(parse_holding_record(line).holdings.empty());
  }
}

TEST_CASE("holding: a record has an end") {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += "luks x\n";
  CHECK(parse_holding_record(text).holdings.size() == kMaxHoldings);
  CHECK(parse_holding_record("luks " + std::string(kMaxHoldingName + 1, 'a')).holdings.empty());
}
