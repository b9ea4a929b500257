#include "loader/terminal/shown.h"

#include <catch2/catch.hpp>

using namespace kboot;

TEST_CASE("shown: a URL loses user, password and query") {
  CHECK(shown("http://user:secret@server/k?token=secret") == "http://server/k?…");
  CHECK(shown("http://user:se/cret@server/k") == "http://…@server/k");
  CHECK(shown("nfs://user:secret@server/k") == "nfs://…@server/k");
  CHECK(shown("sda2:/a@b?c") == "sda2:/a@b?c");
}

TEST_CASE("shown: a line keeps all but the secrets") {
  CHECK(shown_line("/k  initrd=http://u:secret@h/a,http://u:secret@h/b  quiet") ==
        "/k  initrd=http://…@h/b  quiet");
  CHECK(shown_line("fetch http://h/k?secret x?") == "fetch http://h/k?… x?");
  CHECK(shown_line("  root=/dev/sda2 user@host ") == "  root=/dev/sda2 user@host ");
  CHECK(shown_line("") == "");
}

TEST_CASE("shown: what a terminal would obey is none of it") {
  CHECK(shown_line("linux \u009b2J\x1b[2J") == "linux \\xc2\\x9b2J\\x1b[2J");
  CHECK(shown("http://server/\u009b2J") == "http://server/\\xc2\\x9b2J");
  CHECK(shown("nfs://server/\u009b2J") == "nfs://server/\\xc2\\x9b2J");
}

TEST_CASE("shown: what calls itself a password is none for others") {
  CHECK(shown_line("root=/dev/sda2 rd.iscsi.password=x ISCSI_PASSWORD=y password='$6$a$b' quiet") ==
        "root=/dev/sda2 rd.iscsi.password=… ISCSI_PASSWORD=… password=… quiet");
  CHECK(shown_line("netroot=iscsi:user:pw@10.0.0.1::::iqn.2026-01.x:y") ==
        "netroot=iscsi:…@10.0.0.1::::iqn.2026-01.x:y");
  CHECK(shown_line("iscsi:10.0.0.1::::iqn.2026-01.x:y:/k password=") ==
        "iscsi:10.0.0.1::::iqn.2026-01.x:y:/k password=");
  CHECK(shown_line("http://u:secret@h/k?token=x") == "http://…@h/k?…");
  CHECK(shown_line("wrong password; see /secret=") == "wrong password; see /secret=");
}
