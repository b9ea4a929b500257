// Lines that name what is in an image file.

#include <string>

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_machine.h"

using namespace kboot;
using namespace kboot::test;

namespace {

/// A machine with an ISO file on sda7.
struct IsoFile : Fixture {
  IsoFile() {
    disk.write("x.iso", std::string(0x8001, '\0') + "CD001");
    image.write("vmlinuz", kernel);
    image.write("initrd", "abc");
    image.write("isolinux/isolinux.cfg",
                "DEFAULT live\nLABEL live\n  KERNEL /vmlinuz\n  APPEND initrd=/initrd quiet\n"
                "LABEL text\n  KERNEL /vmlinuz\n  APPEND text\n");
  }
  TemporaryFolder& disk = mounter.add({.node = "/dev/sda7", .type = "ext4"});
  TemporaryFolder& image = mounter.add_image(disk.path("x.iso"));
};

}  // namespace

TEST_CASE_METHOD(IsoFile,
                 "image files: an ISO file boots its default, by name another entry, by path a kernel") {
  CHECK(boot("sda7:/x.iso") == "quiet");
  CHECK(kexec.kernel == kernel);
  CHECK(kexec.initrd == "abc");
  CHECK(boot("sda7:/x.iso typed") == "quiet typed");
  CHECK(boot("sda7:/x.iso#text") == "text");
  CHECK(boot("sda7:/x.iso:/vmlinuz initrd=sda7:/x.iso:/initrd by=path") == "root=/dev/sda2 by=path");
  CHECK(kexec.initrd == "abc");
}

TEST_CASE_METHOD(IsoFile, "image files: one without a configuration says what to look at") {
  image.remove("isolinux");
  CHECK(failure_of("sda7:/x.iso").find("no default that can be booted") != std::string::npos);
  CHECK(failure_of("sda7:/x.iso:/none").find("no such file or directory") != std::string::npos);
}
