#include "loader/attempts/partition_place.h"

#include <string_view>

#include "base/error.h"

namespace kboot {
namespace {

/// Whether a node is of what goes away before the next kernel starts, or must not be written to at all:
/// arrays, logical and LUKS volumes.
bool is_volume(std::string_view node) {
  constexpr std::string_view kDev = "/dev/";
  if (!node.starts_with(kDev)) return true;
  const std::string_view name = node.substr(kDev.size());
  return name.starts_with("md") || name.starts_with("dm-") || name.find('/') != std::string_view::npos;
}

}  // namespace

MountedPlace place_on_partition(const ResolvedFile& file, Mounter& mounter) {
  auto place = mounter.place_of(file.local_path);
  if (!place || is_volume(place->request.source)) fail("not on a partition of a disk of this machine");
  return std::move(*place);
}

}  // namespace kboot
