// The two real media: files in a folder, and EFI variables, which are files as well.

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "loader/attempts/boot_state_folder.h"
#include "loader/attempts/boot_state_variables.h"
#include "tests/unit/fakes/temporary_folder.h"

using namespace kboot;
using namespace kboot::test;

namespace {

ino_t inode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

std::string variable(const std::string& name) {
  return name + "-" + BootStateVariables::kVendor;
}

}  // namespace

TEST_CASE_METHOD(TemporaryFolder, "boot state folder: the file is made once and only written to in place") {
  BootStateFolder medium(path());
  CHECK(medium.read_slot(0).empty());
  BootState state{.attempts = {{"linux", 1}}};
  save_boot_state(medium, state);
  const ino_t inode = inode_of(path("kboot-state"));
  const std::string before = read("kboot-state");
  CHECK(before.size() == 3 * BootStateMedium::kSlotSize);

  state.attempts["linux"] = 2;
  save_boot_state(medium, state);
  CHECK(inode_of(path("kboot-state")) == inode);
  const std::string after = read("kboot-state");
  CHECK(after.size() == before.size());
  CHECK(after.substr(0, 2 * BootStateMedium::kSlotSize) == before.substr(0, 2 * BootStateMedium::kSlotSize));
  CHECK(load_boot_state(medium) == state);
}

TEST_CASE_METHOD(TemporaryFolder, "boot state folder: a file whose making was cut off is completed") {
  for (const std::size_t size : {0U, 1U, 4096U, 5000U}) {
    write("kboot-state", std::string(size, '\0'));
    BootStateFolder medium(path());
    CHECK(load_boot_state(medium) == BootState{});
    BootState state{.once = "rescue"};
    save_boot_state(medium, state);
    CHECK(load_boot_state(medium) == state);
    CHECK(read("kboot-state").size() == 3 * BootStateMedium::kSlotSize);
  }
}

TEST_CASE_METHOD(TemporaryFolder, "boot state folder: what the booted system leaves is found and cleared") {
  BootStateFolder medium(path());
  CHECK_FALSE(medium.success_reported());
  CHECK_FALSE(medium.request());
  medium.clear_success();
  write("kboot-good");
  write("kboot-once", "rescue\n" + std::string(1000, 'x'));
  CHECK(medium.success_reported());
  CHECK_THAT(*medium.request(), Catch::StartsWith("rescue\n"));
  CHECK(medium.request()->size() == 256);
  medium.clear_success();
  medium.clear_request();
  CHECK_FALSE(exists("kboot-good"));
  CHECK_FALSE(exists("kboot-once"));
}

TEST_CASE_METHOD(TemporaryFolder, "boot state folder: links and special files are not followed") {
  write("elsewhere", "rescue");
  link("folder/kboot-once", path("elsewhere"));
  link("folder/kboot-state", path("elsewhere"));
  BootStateFolder medium(path("folder"));
  BootState state;
  CHECK_THROWS_AS(medium.request(), Error);
  CHECK_THROWS_AS(save_boot_state(medium, state), Error);
  CHECK(read("elsewhere") == "rescue");
  CHECK_THROWS_AS(BootStateFolder(path("none")), Error);
  CHECK_THROWS_AS(BootStateFolder(path("elsewhere")), Error);
}

TEST_CASE_METHOD(TemporaryFolder, "boot state variables: attributes come before what is in them") {
  const EfiVariables variables(path());
  BootStateVariables medium(variables);
  CHECK(medium.read_slot(0).empty());
  BootState state{.attempts = {{"linux", 1}}};
  save_boot_state(medium, state);
  CHECK(read(variable("KbootState0")) == std::string("\7\0\0\0", 4) + slot_text(state));
  state.attempts["linux"] = 2;
  save_boot_state(medium, state);
  CHECK(exists(variable("KbootState1")));
  CHECK(load_boot_state(medium) == state);

  CHECK_FALSE(medium.success_reported());
  write(variable("KbootGood"), std::string("\7\0\0\0\1", 5));
  write(variable("KbootOnce"), std::string("\7\0\0\0rescue", 10));
  CHECK(medium.success_reported());
  CHECK(medium.request() == "rescue");
  medium.clear_success();
  medium.clear_request();
  CHECK_FALSE(medium.success_reported());
  CHECK_FALSE(medium.request());
}
