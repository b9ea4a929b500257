#include "loader/terminal/table.h"

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

TEST_CASE("columns are filled downwards, in as few lines as fit") {
  const std::vector<std::string> names = {"a", "bb", "ccc", "dä", "e"};
  CHECK(columns_text(names, 19) == "a  bb  ccc  dä  e\n");
  CHECK(columns_text(names, 17) == "a  bb  ccc  dä  e\n");
  CHECK(columns_text(names, 16) == "a   ccc  e\nbb  dä\n");
  CHECK(columns_text(names, 9) == "a    dä\nbb   e\nccc\n");
  CHECK(columns_text(names, 1) == "a\nbb\nccc\ndä\ne\n");
  CHECK(columns_text({"\x1b"}, 80) == "\\x1b\n");
  CHECK(columns_text({}, 80).empty());
}
