#include "config/formats/version_order.h"

#include <iterator>
#include <string_view>

#include <catch2/catch.hpp>

using kboot::compare_versions;

TEST_CASE("versions are ordered as the UAPI Version Format Specification says") {
  // Its own examples, each older than the next.
  static constexpr std::string_view kRising[] = {"122.1",   "123~rc1-1", "123",     "123-a",
                                                 "123-a.1", "123-1",     "123-1.1", "123^post1",
                                                 "123.a-1", "123.1-1",   "123a-1",  "124-1"};
  for (std::size_t i = 0; i + 1 < std::size(kRising); ++i) {
    INFO(kRising[i] << " < " << kRising[i + 1]);
    CHECK(compare_versions(kRising[i], kRising[i + 1]) < 0);
    CHECK(compare_versions(kRising[i + 1], kRising[i]) > 0);
    CHECK(compare_versions(kRising[i], kRising[i]) == 0);
  }
}

TEST_CASE("versions of kernels are ordered by their numbers") {
  CHECK(compare_versions("6.1.0-9-amd64", "6.1.0-10-amd64") < 0);
  CHECK(compare_versions("5.14.0-70.el9", "5.14.0-162.el9") < 0);
  CHECK(compare_versions("1_2_3", "123") != 0);
  CHECK(compare_versions("00123", "123") == 0);
  CHECK(compare_versions("", "") == 0);
  CHECK(compare_versions("", "1") < 0);
  CHECK(compare_versions("~", "") < 0);
}
