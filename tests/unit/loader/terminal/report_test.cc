#include "loader/terminal/report.h"

#include <catch2/catch.hpp>

using namespace kboot;

TEST_CASE("report: results go into a text while they are captured") {
  std::FILE* results = std::tmpfile();
  std::FILE* people = std::tmpfile();
  REQUIRE(results != nullptr);
  REQUIRE(people != nullptr);
  {
    Report report(results, people, Report::Style::people);
    CHECK(report.last_error().empty());
    {
      const Report::Captured captured(report);
      report.text("one\n", "line");
      report.note("for people");
      report.error("failed", "line");
      CHECK(captured.text() == "one\n");
      report.text("two\n", "line");
      CHECK(captured.text() == "one\ntwo\n");
    }
    CHECK(report.last_error() == "failed");
    CHECK(std::ftell(results) == 0);
    report.text("three\n", "line");
    CHECK(std::ftell(results) == 6);
    CHECK(std::ftell(people) == 18);
  }
  std::fclose(results);
  std::fclose(people);
}
