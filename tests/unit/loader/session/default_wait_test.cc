#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

namespace {

/// A disk that is not there before it was asked for a few times, with an entry on it.
void add_late_disk(FakeMounter& mounter, const std::string& kernel) {
  TemporaryFolder& disk = mounter.add_late({.node = "/dev/sdz9", .type = "ext4", .uuid = "abcd"}, 40);
  disk.write("vmlinuz", kernel);
  disk.write("extlinux.conf", "DEFAULT live\nLABEL live\n KERNEL /vmlinuz\n APPEND from-the-late-disk\n");
}

}  // namespace

TEST_CASE_METHOD(Fixture, "default: a device that is not there yet is waited for, a typed one is not") {
  const std::string choice = GENERATE(as<std::string>(), "sdz9:/vmlinuz from-the-late-disk", "sdz9#live",
                                      "UUID=abcd#live", "UUID=abcd");
  INFO(choice);
  add_late_disk(mounter, kernel);
  CHECK_THAT(failure_of(choice), Catch::EndsWith("no such device\n") && !Catch::Contains("waiting for"));
  session.run_line("default='" + choice + "'");
  CHECK_THAT(boot(""), Catch::Contains("from-the-late-disk"));
  const std::string device = choice.substr(0, choice.find_first_of(":#"));
  CHECK_THAT(people.take(), Catch::Contains("waiting for " + device + ", any key ends it\n"));
}

TEST_CASE_METHOD(Fixture, "default: a key ends the wait, and the next choice is tried") {
  session.run_line("default='sdz9#live | linux'");
  keyboard.key_after = 2;
  CHECK(boot("") == "root=/dev/sda2 quiet");
  CHECK_THAT(people.take(), Catch::Contains("waiting for sdz9, any key ends it\nsdz9: no such device\n"));
}

TEST_CASE_METHOD(Fixture, "default: with wait=0 no device is waited for") {
  add_late_disk(mounter, kernel);
  session.run_line("wait=0");
  session.run_line("default=sdz9#live");
  CHECK(failure_of("") == "sdz9: no such device\n");
}

TEST_CASE_METHOD(Fixture, "default: after it a typed line waits as little as before") {
  session.run_line("default=sdy9#live");
  keyboard.key_after = 2;
  failure_of("");
  CHECK(failure_of("sdz9#live") == "sdz9: no such device\n");
}
