#include "loader/boot/uki.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/unit/fakes/fake_machine.h"
#include "tests/unit/fakes/fake_pe.h"

using namespace kboot;
using namespace kboot::test;

namespace {

/// A machine with Unified Kernel Images on sda7.
struct Image : Fixture {
  Image() {
    disk.write("x.efi", pe_file({{".cmdline", "root=UUID=1 quiet\n"},
                                 {".linux", kernel},
                                 {".initrd", "abcdef"},
                                 {".ucode", "micro"}}));
    disk.write("two.efi", pe_file({{".cmdline", "a"},
                                   {".linux", kernel},
                                   {".profile", "ID=one\n"},
                                   {".profile", "ID=two\n"},
                                   {".cmdline", "b"},
                                   {".initrd", "second"}}));
  }
  TemporaryFolder& disk = mounter.add({.node = "/dev/sda7", .type = "vfat"});
};

}  // namespace

TEST_CASE_METHOD(Image, "uki: its kernel is started with its microcode, initrd and command line") {
  CHECK(boot("sda7:/x.efi") == "root=UUID=1 quiet");
  CHECK(kexec.kernel == kernel);
  using namespace std::string_literals;
  CHECK(kexec.initrd == "micro\0\0\0abcdef"s);
}

TEST_CASE_METHOD(Image, "uki: typed words stand behind its own; a typed initrd and root replace its own") {
  CHECK(boot("sda7:/x.efi single root=/dev/sda9 initrd=sda1:/initrd.img") == "quiet single root=/dev/sda9");
  using namespace std::string_literals;
  CHECK(kexec.initrd == "micro\0\0\0abcde"s);
}

TEST_CASE_METHOD(Image, "uki: a profile is an entry with parts of its own") {
  CHECK(boot("sda7:/two.efi#2") == "b");
  CHECK(kexec.initrd == "second");
  CHECK(boot("sda7:/two.efi") == "a");
  CHECK(kexec.initrd.empty());
}

TEST_CASE_METHOD(Image, "uki: one on a server is fetched as it is booted") {
  fetcher.files["http://server/x.efi"] =
      pe_file({{".cmdline", "quiet"}, {".linux", kernel}, {".initrd", "i"}});
  CHECK(boot("http://server/x.efi") == "quiet");
  CHECK(kexec.initrd == "i");
  CHECK(fetcher.fetched == Strings{"http://server/x.efi"});
}

TEST_CASE_METHOD(Image, "uki: what is no kernel in one, and one that is cut off, are not started") {
  disk.write("bad.efi", pe_file({{".linux", "hello"}}));
  CHECK(failure_of("sda7:/bad.efi") == "sda7:/bad.efi#bad: sda7:/bad.efi: not a kernel: text\n");
  const std::string whole = pe_file({{".linux", kernel}});
  disk.write("short.efi", whole.substr(0, whole.size() - kernel.size()));
  CHECK_THAT(failure_of("sda7:/short.efi"), Catch::Contains("short.efi: not a kernel"));
}

TEST_CASE_METHOD(DryRun, "uki: its plan shows its parts") {
  mounter.add({.node = "/dev/sda7", .type = "vfat"})
      .write("x.efi", pe_file({{".cmdline", "quiet"}, {".linux", kernel}, {".ucode", "m"}}));
  const nlohmann::json plan = json("sda7:/x.efi");
  CHECK(plan["cmdline"] == "quiet");
  REQUIRE(plan["parts"].size() == 3);
  CHECK(plan["parts"][2] == ".ucode 1 byte");
}
