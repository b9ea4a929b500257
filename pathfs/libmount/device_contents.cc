#include "pathfs/libmount/device_contents.h"

#include <cerrno>
#include <memory>
#include <new>
#include <type_traits>

#include <blkid/blkid.h>

#include "base/error.h"

namespace kboot::libmount {
namespace {

struct ProbeDeleter {
  void operator()(blkid_probe probe) const noexcept { blkid_free_probe(probe); }
};
using Probe = std::unique_ptr<std::remove_pointer_t<blkid_probe>, ProbeDeleter>;

std::string value_of(const Probe& probe, const char* name) {
  const char* value = nullptr;
  if (blkid_probe_lookup_value(probe.get(), name, &value, nullptr) != 0 || value == nullptr) return {};
  return value;
}

}  // namespace

DeviceContents read_device_contents(const UniqueFd& fd) {
  constexpr int kFound = 0;
  constexpr int kNothing = 1;
  constexpr int kSeveral = -2;
  const Probe probe(blkid_new_probe());
  if (!probe) throw std::bad_alloc();
  if (blkid_probe_set_device(probe.get(), fd.get(), 0, 0) != 0) fail_errno(errno, "");
  blkid_probe_enable_superblocks(probe.get(), 1);
  blkid_probe_set_superblocks_flags(
      probe.get(), BLKID_SUBLKS_LABEL | BLKID_SUBLKS_UUID | BLKID_SUBLKS_TYPE | BLKID_SUBLKS_USAGE);
  blkid_probe_enable_partitions(probe.get(), 1);
  blkid_probe_set_partitions_flags(probe.get(), BLKID_PARTS_ENTRY_DETAILS);
  errno = 0;
  const int found = blkid_do_safeprobe(probe.get());
  if (found == kNothing) return {};
  if (found != kFound && found != kSeveral) fail_errno(errno != 0 ? errno : EIO, "");

  DeviceContents contents{.ambiguous = found == kSeveral,
                          .partition_table = value_of(probe, "PTTYPE"),
                          .partuuid = value_of(probe, "PART_ENTRY_UUID"),
                          .partlabel = value_of(probe, "PART_ENTRY_NAME")};
  if (contents.ambiguous) return contents;
  contents.type = value_of(probe, "TYPE");
  contents.is_file_system = value_of(probe, "USAGE") == "filesystem";
  contents.label = value_of(probe, "LABEL");
  contents.uuid = value_of(probe, "UUID");
  return contents;
}

}  // namespace kboot::libmount
