#include "loader/entries/resolver_reader.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "config/formats/places.h"
#include "loader/entries/devices.h"

namespace kboot {
namespace {

/// A folder or an image as a place: its path is part of the device's text.
bool holds_path(const std::string& device) {
  return device.empty() || device.front() == '/' || device.find(":/") != std::string::npos;
}

std::string read_part_of(int fd, std::size_t offset, std::size_t length) {
  std::string bytes(length, '\0');
  std::size_t have = 0;
  while (have < length) {
    const ssize_t got = ::pread(fd, bytes.data() + have, length - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_errno(errno, "");
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

/// Whether `path` is `folder` or in it.
bool is_below(const std::string& path, std::string folder) {
  if (!folder.ends_with('/')) folder += '/';
  return (path + "/").starts_with(folder);
}

}  // namespace

ResolverReader::ResolverReader(Resolver& resolver, MachineFacts& machine)
    : resolver_(resolver), machine_(machine), devices_(known_devices(resolver.mounter())) {}

bool ResolverReader::is_known(const std::string& device) const {
  return std::any_of(devices_.begin(), devices_.end(),
                     [&](const KnownDevice& one) { return one.name == device; });
}

std::optional<Location> ResolverReader::locate(const FilePlace& place) {
  // As a configuration writes it, `..` leads no higher than the place's top.
  const std::string path = clean_path(place.path);
  if (is_known(place.device)) return DevicePath{place.device, path};
  // A file system in an image is as known as what the image lies on.
  const auto image = image_of(place.device);
  const bool allowed = place.device == allowed_ ||
                       (image && (locate(*image) || (!allowed_.empty() && is_below(image->str(), allowed_))));
  if (!allowed || is_url(place.device)) return std::nullopt;
  return resolver_.parse(FilePlace{place.device, path}.str(), KbootPath{"/"});
}

std::optional<ResolvedFile> ResolverReader::find(const FilePlace& place) {
  try {
    const auto location = locate(place);
    if (!location) return std::nullopt;
    auto file = resolver_.find(*location);
    if (!file || !holds_path(place.device) || place.device.size() < 2) return file;
    // No link leads out of a folder that stands for a whole file system.
    const auto top = resolver_.find(resolver_.parse(place.device, KbootPath{"/"}));
    if (!top || !is_below(to_string(file->location), to_string(top->location))) return std::nullopt;
    return file;
  } catch (const Cancelled&) {
    throw;
  } catch (const Error&) {
    return std::nullopt;
  }
}

SourceReader::Kind ResolverReader::kind(const FilePlace& place) {
  const auto file = find(place);
  if (file && file->kind == FileKind::regular) return Kind::file;
  return file && file->kind == FileKind::directory ? Kind::folder : Kind::none;
}

std::optional<std::string> ResolverReader::read(const FilePlace& place, std::size_t limit) {
  const auto file = find(place);
  if (!file || file->kind != FileKind::regular) return std::nullopt;
  return with_noun(place.str(), [&] { return read_file(resolver_.open(*file, {}).get(), limit); });
}

std::optional<std::string> ResolverReader::read_part(const FilePlace& place, std::size_t offset,
                                                     std::size_t length) {
  const auto file = find(place);
  if (!file || file->kind != FileKind::regular) return std::nullopt;
  return with_noun(place.str(),
                   [&] { return read_part_of(resolver_.open(*file, {}).get(), offset, length); });
}

std::size_t ResolverReader::size(const FilePlace& place) {
  const auto file = find(place);
  return file && file->kind == FileKind::regular ? static_cast<std::size_t>(file->size) : 0;
}

std::vector<std::string> ResolverReader::names(const FilePlace& folder) {
  std::vector<std::string> names;
  try {
    const auto file = find(folder);
    if (!file || file->kind != FileKind::directory) return names;
    for (const DirectoryEntry& entry : resolver_.list(*file)) names.push_back(entry.name);
  } catch (const Cancelled&) {
    throw;
  } catch (const Error&) {
    return {};
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace kboot
