#include "config/formats/grub/files.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "config/formats/places.h"

namespace kboot {
namespace {

/// The text between the parentheses at the head of a path; nothing without them.
std::optional<std::string_view> device_part(std::string_view written) {
  if (!written.starts_with('(')) return {};
  const std::size_t end = written.find(')');
  return written.substr(1, std::min(end, written.size()) - 1);
}

}  // namespace

std::optional<FilePlace> GrubFiles::place(std::string_view written) const {
  std::string_view path = written;
  std::string_view name = variables_.get("root");
  if (const auto part = device_part(written)) {
    name = *part;
    path = written.substr(std::min(part->size() + 2, written.size()));
  }
  const std::optional<std::string> device = devices_.device(name);
  if (!device || path.find('\0') != std::string_view::npos) return {};
  std::string clean = clean_path(path);
  // openSUSE's GRUB: paths of a btrfs start at the sub-volume that is chosen.
  const std::string& subvolume = variables_.get("btrfs_subvol");
  if (!subvolume.empty() && !variables_.get("btrfs_relative_path").empty()) {
    const KnownDevice* known = devices_.find(*device);
    const std::string top = clean_path(subvolume);
    if (known != nullptr && known->type == "btrfs" && !(clean + "/").starts_with(top + "/"))
      clean = clean_path(top + clean);
  }
  return FilePlace{*device, clean};
}

std::string GrubFiles::device_name(std::string_view written) const {
  const auto part = device_part(written);
  return fmt::format("({})", printable_head(part ? *part : std::string_view(variables_.get("root")), 80));
}

std::string GrubFiles::written(const FilePlace& place) const {
  return "(" + devices_.name_of(place.device) + ")" + place.path;
}

SourceReader::Kind GrubFiles::kind_of(const std::optional<FilePlace>& place) {
  if (!place || !devices_.is_known(place->device)) return SourceReader::Kind::none;
  return reader_.kind(*place);
}

std::size_t GrubFiles::size(std::string_view written) {
  const std::optional<FilePlace> found = place(written);
  return kind_of(found) == SourceReader::Kind::file ? reader_.size(*found) : 0;
}

std::vector<std::string> GrubFiles::names(std::string_view written) {
  const std::optional<FilePlace> found = place(written);
  if (kind_of(found) != SourceReader::Kind::folder) return {};
  return reader_.names(*found);
}

std::optional<std::string> GrubFiles::read(const FilePlace& place, std::size_t limit) {
  if (!devices_.is_known(place.device)) return {};
  return reader_.read(place, limit);
}

}  // namespace kboot
