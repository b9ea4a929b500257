// Any bytes as a configuration of SYSLINUX and of GRUB legacy, which may include themselves: reading ends,
// and no file outside the device is asked for.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "config/formats/grub_legacy.h"
#include "config/formats/syslinux.h"
#include "require.h"
#include "tests/unit/fakes/fake_source_reader.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)

namespace {

void check(const BootSource& source, const FakeSourceReader& reader) {
  require(!source.default_entry || *source.default_entry < source.entries.size());
  for (const SourceEntry& entry : source.entries) {
    const bool starts = entry.kernel || entry.kind == SourceEntry::Kind::unbootable;
    require(starts, "an entry has a kernel or a reason");
    if (entry.kernel) require(entry.kernel->path.starts_with('/'), "a path is absolute");
  }
  for (const std::string& name : reader.asked)
    require(name.find("/../") == std::string::npos && !name.ends_with("/.."), "no way out of the device");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  FakeSourceReader reader;
  reader.known = {{.name = "sda1", .uuid = "1234-ABCD", .disk = "sda", .partition = 1}};
  for (const char* name : {"sda1:/syslinux.cfg", "sda1:/a", "sda1:/b"}) reader.files[name] = text;
  check(read_syslinux({"sda1", "/syslinux.cfg"}, reader), reader);
  check(read_grub_legacy({"sda1", "/syslinux.cfg"}, reader), reader);
  return 0;
}
