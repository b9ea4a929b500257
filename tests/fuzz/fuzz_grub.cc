// Any bytes as a GRUB configuration, which may lead on to itself, and as an image's loopback.cfg: reading
// ends within its bounds, and no file is asked for but those of known devices.

#include <cstdint>
#include <string>

#include "config/formats/grub.h"
#include "config/formats/loopback.h"
#include "require.h"
#include "tests/unit/fakes/fake_source_reader.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)

namespace {

void check(const SourceEntry& entry) {
  const bool starts = entry.kernel || entry.kind == SourceEntry::Kind::unbootable;
  require(starts, "an entry has a kernel or a reason");
  require(entry.kind != SourceEntry::Kind::unbootable || !entry.why.empty(), "a reason is given");
  require(entry.submenu.size() <= 64, "menus end");
  if (entry.kernel) require(entry.kernel->path.starts_with('/'), "a path is absolute");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  FakeSourceReader reader;
  reader.known = {
      {.name = "sda1", .uuid = "1234-ABCD", .label = "L", .type = "vfat", .disk = "sda", .partition = 1},
      {.name = "sda2", .uuid = "aaaa-bbbb", .type = "btrfs", .disk = "sda", .partition = 2}};
  for (const char* name :
       {"sda1:/grub/grub.cfg", "sda1:/a", "sda2:/b", "sda2:/boot/grub/grub.cfg",
        "sda2:/loader/entries/a.conf", "sda1:/grub/grubenv", "sda2:/x.iso/boot/grub/loopback.cfg"})
    reader.files[name] = text;
  const BootSource source = read_grub({"sda1", "/grub/grub.cfg"}, reader);
  require(source.entries.size() <= 10'000, "entries are bounded");
  require(source.diagnostics.size() <= 400, "diagnostics are bounded");
  require(!source.default_entry || *source.default_entry < source.entries.size(), "the default is an entry");
  for (const SourceEntry& entry : source.entries) check(entry);
  if (const auto image = read_loopback({"sda2", "/x.iso"}, reader))
    for (const SourceEntry& entry : image->entries) check(entry);
  for (const std::string& name : reader.asked) {
    require(name.find("/../") == std::string::npos && !name.ends_with("/.."), "no way out of the device");
    require(name.starts_with("sda1:/") || name.starts_with("sda2:/") || name.starts_with("sda1/") ||
                name.starts_with("sda2/"),
            "a known device");
  }
  return 0;
}
