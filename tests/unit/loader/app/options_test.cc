#include "loader/app/options.h"

#include <catch2/catch.hpp>

#include "loader/session/session.h"

using namespace kboot;

TEST_CASE("options: those of kboot(8)") {
  const Options options =
      parse_options({"--config", "a", "--fstab", "b", "--set", "root=/dev/sda2", "--set", "x=", "-n",
                     "--device", "sda1=tree", "--json", "-c", "pwd", "-c", "cd /"});
  CHECK(options.config == "a");
  CHECK(options.fstab == "b");
  CHECK(options.set == std::vector<std::pair<std::string, std::string>>{{"root", "/dev/sda2"}, {"x", ""}});
  CHECK(options.dry_run);
  CHECK(options.devices == std::vector<std::string>{"sda1=tree"});
  CHECK(options.json);
  CHECK(options.lines == std::vector<std::string>{"pwd", "cd /"});
  CHECK(parse_options({"--dry-run", "script"}).script == "script");
}

TEST_CASE("options: wrong usage is said so") {
  CHECK_THROWS_AS(parse_options({"--nothing"}), UsageError);
  CHECK_THROWS_AS(parse_options({"--device", "sda1=tree"}), UsageError);
  CHECK_THROWS_AS(parse_options({"-c"}), UsageError);
  CHECK_THROWS_AS(parse_options({"--set", "x"}), UsageError);
  CHECK_THROWS_AS(parse_options({"a", "b"}), UsageError);
  CHECK_THROWS_AS(parse_options({"-c", "pwd", "script"}), UsageError);
}
