#include "config/formats/loopback.h"

#include <catch2/catch.hpp>

#include "tests/unit/fakes/fake_source_reader.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)

TEST_CASE("loopback: an ISO's own menu knows its image's path and device") {
  FakeSourceReader reader;
  reader.known = {{.name = "sda1", .uuid = "aaaa-1111", .disk = "sda", .partition = 1},
                  {.name = "sda2", .uuid = "bbbb-2222", .disk = "sda", .partition = 2}};
  const FilePlace image{"sda2", "/iso/x.iso"};
  reader.files["sda2:/iso/x.iso"] = "";
  CHECK(!read_loopback(image, reader));
  reader.files["sda2:/iso/x.iso:/boot/grub/loopback.cfg"] = R"(
search --no-floppy --set=img_dev --file "${iso_path}"
probe --set img_uuid --fs-uuid "${img_dev}"
source /boot/grub/grub.cfg
submenu 'More' {
  menuentry 'Install' { linux /casper/vmlinuz iso-scan/filename=${iso_path} img_dev=UUID=$img_uuid ---; }
}
)";
  reader.files["sda2:/iso/x.iso:/boot/grub/grub.cfg"] =
      "menuentry 'Try' { linux (loop)/casper/vmlinuz findiso=${iso_path} uuid=${img_uuid}\n"
      " initrd /casper/initrd }\n";
  const auto source = read_loopback(image, reader);
  REQUIRE(source);
  CHECK(source->format == "loopback");
  REQUIRE(source->entries.size() == 2);
  CHECK(source->entries[0].kernel->str() == "sda2:/iso/x.iso:/casper/vmlinuz");
  CHECK(source->entries[0].initrds.at(0).str() == "sda2:/iso/x.iso:/casper/initrd");
  CHECK(source->entries[0].cmdline == "findiso=/iso/x.iso uuid=bbbb-2222");
  CHECK(source->entries[1].cmdline == "iso-scan/filename=/iso/x.iso img_dev=UUID= ---");
  CHECK(source->diagnostics.empty());
}

TEST_CASE("loopback: the second place counts where the first has none") {
  FakeSourceReader reader;
  reader.known = {{.name = "sda1"}};
  reader.files["sda1:/x.iso:/boot/grub2/loopback.cfg"] = "menuentry a { linux /k; }";
  CHECK(read_loopback({"sda1", "/x.iso"}, reader)->entries.size() == 1);
}
