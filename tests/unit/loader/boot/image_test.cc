#include "loader/boot/image.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/unit/fakes/images.h"

using namespace kboot;
using namespace kboot::test;

TEST_CASE("image: a bzImage tells its version and its command line limit") {
  const std::string bytes = BzImage{}.bytes();
  const auto facts = probe_image(bytes);
  REQUIRE(facts);
  CHECK(facts->format == ImageFormat::linux_bzimage);
  CHECK(facts->version == "6.1.0-test (builder@debian) #1 SMP");
  CHECK(facts->cmdline_limit == 2046);  // the kernel's loader counts the NUL
  CHECK(facts->whole_size == bytes.size());
}

TEST_CASE("image: a bzImage without a 64-bit entry is one for kexec-tools") {
  CHECK(probe_image(BzImage{.xloadflags = 0}.bytes())->format == ImageFormat::linux_old_bzimage);
  CHECK(probe_image(BzImage{.protocol = 0x20b}.bytes())->format == ImageFormat::linux_old_bzimage);
  CHECK(probe_image(BzImage{.loadflags = 0}.bytes())->format == ImageFormat::linux_old_bzimage);
}

TEST_CASE("image: before protocol 2.06 a command line has 255 bytes") {
  CHECK(probe_image(BzImage{.protocol = 0x204}.bytes())->cmdline_limit == 254);
}

TEST_CASE("image: control characters in a kernel's version do not reach the terminal") {
  CHECK(probe_image(BzImage{.version = "6.1\x1b[2J"}.bytes())->version == "6.1\\x1b[2J");
}

TEST_CASE("image: a truncated kernel and a command line that is too long are refused") {
  const ImageFacts facts = *probe_image(BzImage{}.bytes());
  CHECK_NOTHROW(check_image(facts, facts.whole_size, "root=/dev/sda2"));
  CHECK_NOTHROW(check_image(facts, std::nullopt, std::string(2046, 'x')));
  CHECK_THROWS_WITH(check_image(facts, 1000, ""), "the kernel is incomplete: 1000 of 2048 bytes");
  CHECK_THROWS_WITH(check_image(facts, facts.whole_size, std::string(2047, 'x')),
                    "the command line has 2047 characters, this kernel takes 2046");
}

TEST_CASE("image: a kernel need not be padded to the paragraphs in which its header counts") {
  // memtest86+ 6.10 of Debian: 144312 bytes, with a header of 2 sectors and 8924 paragraphs.
  const ImageFacts facts =
      *probe_image(BzImage{.setup_sects = 2, .payload_units = 8924, .xloadflags = 1}.bytes());
  CHECK(facts.whole_size == 144320);
  CHECK_NOTHROW(check_image(facts, 144312, ""));
  CHECK_NOTHROW(check_image(facts, 144305, ""));
  CHECK_THROWS_WITH(check_image(facts, 144304, ""), "the kernel is incomplete: 144304 of 144320 bytes");

  const ImageFacts new_facts = *probe_image(BzImage{}.bytes());
  CHECK_NOTHROW(check_image(new_facts, 2033, ""));
  CHECK_THROWS_AS(check_image(new_facts, 2032, ""), Error);

  // An ELF file's segments are counted in bytes.
  CHECK_THROWS_AS(check_image(*probe_image(ElfImage{}.bytes()), 255, ""), Error);
}

TEST_CASE("image: an ELF kernel has physical addresses of its own, a program has not") {
  const auto kernel = probe_image(ElfImage{}.bytes());
  REQUIRE(kernel);
  CHECK(kernel->format == ImageFormat::elf_kernel);
  CHECK(kernel->whole_size == 256);
  CHECK_FALSE(probe_image(ElfImage{.virt = 0x400000, .phys = 0x400000}.bytes()));
  CHECK_FALSE(probe_image(ElfImage{.type = 3}.bytes()));
  CHECK_FALSE(probe_image(ElfImage{.segment = 3}.bytes()));
}

TEST_CASE("image: a multiboot header is found on its bounds, and only when its sum is zero") {
  std::string image(512, '\0');
  image.replace(64, 12, std::string("\x02\xb0\xad\x1b\x00\x00\x00\x00\xfe\x4f\x52\xe4", 12));
  REQUIRE(probe_image(image));
  CHECK(probe_image(image)->format == ImageFormat::multiboot);
  image[72] = '\x01';
  CHECK_FALSE(probe_image(image));

  image.assign(512, '\0');
  image.replace(64, 16, std::string("\xd6\x50\x52\xe8\x00\x00\x00\x00\x18\x00\x00\x00\x12\xaf\xad\x17", 16));
  CHECK(probe_image(image)->format == ImageFormat::multiboot);
}

TEST_CASE("image: what is no kernel is called by its name") {
  CHECK(describe_contents("") == "empty");
  CHECK(describe_contents("#!/bin/sh\n") == "a script");
  CHECK(describe_contents("hello\n") == "text");
  CHECK(describe_contents(std::string("\x1f\x8b\x08", 3)) == "gzip-compressed");
  CHECK(describe_contents("070701000000") == "an initramfs (cpio archive)");
  CHECK(describe_contents(std::string("\x00\x01\x02", 3)) == "unknown data");
}

TEST_CASE("image: a file cut off anywhere is no reason to crash") {
  for (const std::string& whole : {BzImage{}.bytes(), ElfImage{}.bytes()}) {
    for (std::size_t length = 0; length < whole.size(); ++length)
      probe_image(std::string_view(whole).substr(0, length));
  }
  CHECK_FALSE(probe_image(BzImage{}.bytes().substr(0, 0x205)));
}
