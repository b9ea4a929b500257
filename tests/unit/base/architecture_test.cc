#include "base/architecture.h"

#include <string>

#include <sys/utsname.h>

#include <catch2/catch.hpp>

using namespace kboot;  // NOLINT(google-build-using-namespace)

TEST_CASE("architecture: it is the one that this test runs on") {
  utsname system{};
  REQUIRE(uname(&system) == 0);
  CHECK(architecture().name == std::string(static_cast<const char*>(system.machine)));
}

TEST_CASE("architecture: kernels of other machines are told by EFI's name") {
  CHECK(starts_kernels_for(""));
  CHECK(starts_kernels_for(architecture().efi.front()));
  CHECK(!starts_kernels_for("riscv64"));
  CHECK(!starts_kernels_for("X64"));
}
