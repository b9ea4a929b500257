#include "loader/session/published_root.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;        // NOLINT(google-build-using-namespace)
using namespace kboot::test;  // NOLINT(google-build-using-namespace)

namespace {

PublishedPlace root_place(const std::string& name) {
  PublishedPlace place{.name = name, .state = PublishedPlace::State::done};
  place.has_fstab = true;
  return place;
}

/// Nothing says where the booted system is; the discovery has seen all disks.
struct Lost : Fixture {
  Lost() {
    published = Published(run.path());
    configure_from("console=ttyS0");
    publish({"sda2"});
  }
  void configure_from(const std::string& kernel_command_line, FstabOf fstab_of = FstabOf::booted_system) {
    ConfigurationSources sources;
    sources.kboot_conf = "/nonexistent";
    sources.kernel_command_line = kernel_command_line;
    sources.copy_from_booted = fstab_of == FstabOf::booted_system;
    session.configure(read_configuration(sources, resolver), fstab_of);
  }
  void publish(const Strings& roots) const {
    PublishedEntries entries{.looking = false};
    for (const std::string& name : roots) entries.places.push_back(root_place(name));
    published.write(entries);
  }
};

constexpr const char* kSentence = "/ is on sda2: no other file system has an /etc/fstab\n";
constexpr const char* kUnknown =
    "where the booted system is, is not known: neither root= is set nor has fstab an entry for /";

}  // namespace

TEST_CASE_METHOD(Lost, "published root: the only file system with an fstab is /, which is said once") {
  CHECK(boot("/boot/vmlinuz a") == "root=/dev/sda2 a");
  CHECK_THAT(people.take(), Catch::StartsWith(kSentence));
  CHECK(boot("/boot/vmlinuz b") == "root=/dev/sda2 b");
  CHECK_THAT(people.take(), !Catch::Contains("no other file system"));
}

TEST_CASE_METHOD(Lost, "published root: a line that lacks the root runs once") {
  CHECK(session.run_line("cat sda6:/text /etc/motd") == Status::done);
  CHECK(results.take() == "hello\nhello\n");
  CHECK(people.take() == kSentence);
}

TEST_CASE_METHOD(Lost, "published root: the choices of a default are tried once") {
  session.run_line("default='/none | /boot/vmlinuz a'");
  CHECK(boot("") == "root=/dev/sda2 a");
  CHECK_THAT(people.take(), Catch::StartsWith(std::string(kSentence) + "/none: no such file or directory\n"));
}

TEST_CASE_METHOD(Lost, "published root: a variable that is set later leaves the root as it is") {
  CHECK(session.run_line("cat /etc/motd") == Status::done);
  CHECK(session.run_line("x=/boot/vmlinuz") == Status::done);
  CHECK(boot("x") == "root=/dev/sda2");
  CHECK(session.run_line("root=/dev/sda6") == Status::done);
  CHECK(boot("sda6:/vmlinuz") == "root=/dev/sda6");
}

TEST_CASE_METHOD(Lost, "published root: of several each is named, and none is taken") {
  publish({"sda2", "sda6"});
  CHECK(failure_of("cat sda6:/text /etc/motd") ==
        std::string("/etc/motd: ") + kUnknown + "; try root=/dev/sda2 or root=/dev/sda6\n");
  CHECK(results.take() == "hello\n");
}

TEST_CASE_METHOD(Lost, "published root: in restricted mode none is taken") {
  configure_from("restricted=true linux=/boot/vmlinuz");
  CHECK_THAT(failure_of("linux"), Catch::Contains(kUnknown));
}

TEST_CASE_METHOD(Lost, "published root: with kboot=local none is taken") {
  configure_from("kboot=local", FstabOf::configuration);
  CHECK_THAT(failure_of("cat /etc/motd"), Catch::Contains(kUnknown));
}

TEST_CASE_METHOD(Lost, "published root: none is taken while disks are still being looked at") {
  published.write({.looking = true, .places = {root_place("sda2")}});
  CHECK_THAT(failure_of("cat /etc/motd"), Catch::Contains(kUnknown));
  publish({"sda2"});
  CHECK(session.run_line("cat /etc/motd") == Status::done);
}
