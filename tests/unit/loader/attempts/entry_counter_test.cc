// `tries.store=bls`: entries of the Boot Loader Specification, whose names say how often they may be started.

#include <catch2/catch.hpp>

#include "loader/attempts/booted_entry.h"
#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

namespace {

const std::string kFolder = "loader/entries/";

/// /boot has two entries, and default= names both.
struct Entries : Fixture {
  Entries() {
    boot_disk().write(kFolder + "new+2.conf", entry("new"));
    boot_disk().write(kFolder + "old.conf", entry("old"));
    set_up({});
  }
  void set_up(std::vector<std::pair<std::string, std::string>> more) {
    more.insert(more.end(), {{"default", "new | old"},
                             {"new", "/boot/loader/entries/new.conf"},
                             {"old", "sda1:/loader/entries/old.conf"},
                             {"tries.store", "bls"}});
    configure(more);
  }
  static std::string entry(const std::string& options) {
    return "linux /vmlinuz\ninitrd /initrd.img\noptions " + options + "\n";
  }
  TemporaryFolder& boot_disk() { return mounter.disk("/dev/sda1"); }
  bool has(const std::string& name) { return boot_disk().exists(kFolder + name); }
};

}  // namespace

TEST_CASE_METHOD(Entries, "entries: one is booted by its name, whatever its count is") {
  CHECK(boot("/boot/loader/entries/old.conf") == "old");
  CHECK(kexec.kernel == kernel);
  CHECK(kexec.initrd == "abcde");
  CHECK(boot("/boot/loader/entries/new.conf single") == "new single");
  CHECK(boot("/boot/loader/entries/new+2.conf initrd=") == "new");
  CHECK(kexec.initrd.empty());
  CHECK(boot("new") == "new");
}

TEST_CASE_METHOD(Entries,
                 "entries: a start takes a try away before the kernel runs; then the next is booted") {
  CHECK(boot("") == "new");
  CHECK(has("new+1-1.conf"));
  CHECK_FALSE(has("new+2.conf"));
  CHECK(booted_entry.told == "/loader/entries/new+1-1.conf");
  CHECK(mounter.mounted().empty());
  CHECK(mounter.written == Strings{"/dev/sda1"});
  CHECK(boot("") == "new");
  CHECK(has("new+0-2.conf"));
  CHECK(boot("") == "old");
  CHECK_THAT(people.take(),
             Catch::Contains("/boot/loader/entries/new.conf: passed over, it was started 2 times and did not "
                             "report success\n"));
  CHECK(booted_entry.told == "none");
  CHECK(has("new+0-2.conf"));

  SECTION("typed, it boots all the same, and is counted") {
    CHECK(boot("new") == "new");
    CHECK(has("new+0-3.conf"));
  }
  SECTION("the booted system has taken the count away") {
    boot_disk().remove(kFolder + "new+0-2.conf");
    boot_disk().write(kFolder + "new.conf", entry("new"));
    CHECK(boot("") == "new");
    CHECK(has("new.conf"));
  }
  SECTION("when nothing else can be booted, it is") {
    boot_disk().remove(kFolder + "old.conf");
    CHECK(boot("") == "new");
    CHECK_THAT(people.take(),
               Catch::Contains("nothing else can be booted: what was passed over is tried, too\n"));
  }
  SECTION("of which the next attempt knows nothing") {
    kexec.failure = "no";
    events.clear();
    failure_of("");
    kexec.failure.clear();
    CHECK(boot("") == "old");
  }
}

TEST_CASE_METHOD(Entries, "entries: what cannot be loaded is not counted, nor a plan") {
  kexec.failure = "no";
  failure_of("new");
  session.run_line("plan new");
  CHECK_THAT(results.take(), Catch::StartsWith("kernel   /boot/vmlinuz  (/dev/sda1:/vmlinuz)\n"));
  CHECK(has("new+2.conf"));
  CHECK(mounter.written.empty());
}

TEST_CASE_METHOD(Entries, "entries: of what a power cut has left the later count is taken") {
  boot_disk().write(kFolder + "new+1-1.conf", entry("new"));
  boot_disk().write(kFolder + "new+0-2.conf", "");  // cut off before anything was in it
  CHECK(boot("") == "new");
  CHECK(has("new+0-2.conf"));
  CHECK(boot_disk().read(kFolder + "new+0-2.conf") == entry("new"));
  CHECK(boot("") == "old");
}

TEST_CASE_METHOD(Entries, "entries: nothing is counted but with tries.store=bls") {
  set_up({{"tries.store", ""}});
  session.run_line("tries.store=");
  CHECK(boot("new") == "new");
  CHECK(has("new+2.conf"));
  CHECK(mounter.written.empty());
  CHECK(booted_entry.told.empty());
}

TEST_CASE_METHOD(Entries, "entries: a partition that cannot be written to is told, and the boot goes on") {
  boot_disk().make_folder(kFolder + "new+1-1.conf/in the way");
  CHECK(boot("new") == "new");
  CHECK_THAT(people.take(), Catch::Contains("tries.store=bls: rename new+2.conf: "));
  CHECK(booted_entry.told == "none");
}

TEST_CASE_METHOD(Entries, "entries: there is no place for once") {
  CHECK(failure_of("once old") == "tries.store=bls has no place to remember it\n");
  CHECK(failure_of("once") == "tries.store=bls has no place to remember it\n");
  session.run_line("status");
  CHECK_THAT(results.take(), Catch::Contains("tries       as the names of entries say\n"));
}

TEST_CASE_METHOD(Entries, "entries: what is none, or starts nothing here, is said") {
  boot_disk().write(kFolder + "efi.conf", "efi /shell.efi\n");
  CHECK(failure_of("/boot/loader/entries/efi.conf") ==
        "efi.conf:1: line ignored, \"efi\" starts no kernel of Linux\n"
        "/boot/loader/entries/efi.conf: names no kernel of Linux\n");
  boot_disk().write(kFolder + "arm.conf", "linux /vmlinuz\narchitecture AA64\n");
  CHECK(failure_of("/boot/loader/entries/arm.conf") ==
        "/boot/loader/entries/arm.conf: a kernel for another machine, aa64\n");
  boot_disk().write(kFolder + "gone.conf", "linux /gone\n");
  CHECK(failure_of("/boot/loader/entries/gone.conf") ==
        "/boot/loader/entries/gone.conf: /boot/gone: no such file or directory\n");
  CHECK(failure_of("/boot/loader/entries/none.conf") ==
        "/boot/loader/entries/none.conf: no such file or directory\n");
}

TEST_CASE("entries: the path that systemd-bless-boot reads") {
  using namespace std::string_literals;
  CHECK(boot_count_path("/a.b") == "\\\0a\0.\0b\0\0\0"s);
  CHECK(boot_count_path("/\xc3\xa4") == std::nullopt);
}
