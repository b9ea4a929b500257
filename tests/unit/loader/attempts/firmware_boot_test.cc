#include "loader/attempts/firmware_boot.h"

#include <catch2/catch.hpp>

#include "loader/attempts/efi_variables.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;        // NOLINT(google-build-using-namespace)
using namespace kboot::test;  // NOLINT(google-build-using-namespace)
using namespace std::string_literals;

TEST_CASE("firmware boot: the entry that systemd-boot started last") {
  const TemporaryFolder folder;
  const EfiVariables variables(folder.path());
  CHECK(last_booted_entry(variables) == std::nullopt);
  variables.write("LoaderEntryLastBooted-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f",
                  "d\0e\0b\0.\0c\0o\0n\0f\0\0\0"s);
  CHECK(last_booted_entry(variables) == "deb.conf");
}
