#include "loader/terminal/candidate_list.h"

#include <catch2/catch.hpp>

using namespace kboot;

TEST_CASE("candidate list: what stands behind names is beside them, or below those that are long") {
  const std::map<std::string, std::string> about = {{"#1", "Debian GNU/Linux"}, {"#10", "x\x1b"}};
  CHECK(candidate_list({"#1", "#2", "#10"}, about, 40) == "#1   Debian GNU/Linux\n#2\n#10  x\\x1b\n");
  CHECK(candidate_list({"#1"}, about, 10) == "#1  Debia…\n");
  const std::string longer(21, 'x');
  CHECK(candidate_list({longer, "y"}, {{longer, "Title"}, {"y", "Other"}}, 40) ==
        longer + "\n    Title\ny\n    Other\n");
}
