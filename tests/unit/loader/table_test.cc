#include "loader/table.h"

#include <catch2/catch.hpp>

using namespace kboot;

TEST_CASE("a table's columns are as wide as their widest cell") {
  const Table table{"devices", {"name", "size"}, {{"sda1", {"9.5 MiB", 9961472}}, {"nvme0n1p1", "1 KiB"}}};
  CHECK(table_text(table) ==
        "NAME       SIZE\n"
        "sda1       9.5 MiB\n"
        "nvme0n1p1  1 KiB\n");
}

TEST_CASE("the last column is cut at the terminal's edge, between characters") {
  const Table table{"labels", {"name", "line"}, {{"ü", "äöüäöü"}}};
  CHECK(table_text(table, 9) == "NAME  LI…\nü     äö…\n");
  CHECK(table_text(table, 12) == "NAME  LINE\nü     äöüäöü\n");
  CHECK(table_text(table, 3) == "NAME  …\nü     …\n");
}

TEST_CASE("a cell cannot send the terminal commands") {
  CHECK(table_text({"devices", {"label"}, {{"\x1b[2J"}}}) == "LABEL\n\\x1b[2J\n");
}

TEST_CASE("a table without rows is no text, and empty cells leave no blanks at line ends") {
  CHECK(table_text({"devices", {"name"}, {}}).empty());
  CHECK(table_text({"devices", {"name", "label"}, {{"sda", ""}}}) == "NAME  LABEL\nsda\n");
}
