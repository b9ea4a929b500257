// Any bytes as an entry of the Boot Loader Specification, its loader.conf, an image, a yaboot.conf, a
// refind_linux.conf and a grubenv: reading ends, and no file outside the device is asked for.

#include <cstdint>
#include <string>

#include "base/error.h"
#include "config/formats/bls.h"
#include "config/formats/grubenv.h"
#include "config/formats/kernels.h"
#include "config/formats/loader_conf.h"
#include "config/formats/uki.h"
#include "config/formats/version_order.h"
#include "config/formats/yaboot.h"
#include "require.h"
#include "tests/unit/fakes/fake_source_reader.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)

namespace {

void check(const BootSource& source) {
  require(!source.default_entry || *source.default_entry < source.entries.size());
  for (const SourceEntry& entry : source.entries) {
    const bool starts = entry.kernel || entry.kind == SourceEntry::Kind::unbootable;
    require(starts, "an entry has a kernel or a reason");
    if (entry.kernel) require(entry.kernel->path.starts_with('/'), "a path is absolute");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  FakeSourceReader reader;
  reader.known = {{.name = "sda1", .uuid = "1234-ABCD", .disk = "sda", .partition = 1}};
  for (const char* name :
       {"/loader/loader.conf", "/loader/entries/a.conf", "/EFI/Linux/a.efi", "/etc/yaboot.conf",
        "/boot/refind_linux.conf", "/etc/fstab", "/etc/default/grub", "/vmlinuz-1"})
    reader.files[std::string("sda1:") + name] = text;
  check(read_bls({"sda1", "/loader/entries"}, {{"x", text}}, reader));
  check(read_uki_folder({"sda1", "/EFI/Linux"}, reader));
  check(read_yaboot({"sda1", "/etc/yaboot.conf"}, reader));
  check(read_refind({"sda1", "/boot/refind_linux.conf"}, reader));
  check(read_kernels("sda1", "", reader));
  Diagnostics diagnostics;
  const LoaderConf conf = read_loader_conf({"sda1", "/loader/loader.conf"}, reader, diagnostics);
  const auto choice = choose_by_loader_conf(conf, {{"a"}, {text}}, std::nullopt, ".conf", reader);
  require(!choice.entry || *choice.entry < 2, "a choice is one of the entries");
  read_grub_environment("# GRUB Environment Block\n" + text);
  const std::string half = text.substr(size / 2);
  require(compare_versions(text, half) == -compare_versions(half, text), "an order has two sides");
  for (const std::string& name : reader.asked)
    require(name.starts_with("sda1:/") && name.find("/../") == std::string::npos && !name.ends_with("/.."),
            "no way out of the device");
  return 0;
}
