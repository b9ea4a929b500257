#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

TEST_CASE_METHOD(Fixture, "log: takes -a only, and is not there when restricted") {
  CHECK(session.run_line("log -f") == Status::usage);
  CHECK(people.take() == "usage: log [-a] [--upload URL]\n");
  CHECK(session.run_line("log --upload") == Status::usage);
  configure({{"restricted", "true"}});
  CHECK(session.run_line("log") == Status::failed);
}
