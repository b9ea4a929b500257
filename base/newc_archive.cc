#include "base/newc_archive.h"

#include <array>
#include <climits>
#include <utility>

#include <sys/stat.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace kboot {
namespace {

constexpr std::size_t kAlignment = 4;
constexpr std::string_view kTrailer = "TRAILER!!!";

/// Relative, and nothing but names between its slashes.
bool is_inside(std::string_view name) {
  if (name.empty() || name == kTrailer || name.find('\0') != std::string_view::npos) return false;
  for (;;) {
    const std::string_view part = name.substr(0, name.find('/'));
    if (part.empty() || part == "." || part == "..") return false;
    if (part.size() == name.size()) return true;
    name.remove_prefix(part.size() + 1);
  }
}

std::string header(std::string_view name, std::uint32_t number, mode_t mode, std::uint32_t size) {
  const std::uint32_t links = S_ISDIR(mode) ? 2 : 1;
  const auto name_size = static_cast<std::uint32_t>(name.size() + 1);
  // inode, mode, user, group, links, time, size, device, device of a node (two numbers each), name, checksum
  const std::array<std::uint32_t, 13> fields = {number, mode, 0, 0, links, 0, size, 0, 0, 0, 0, name_size, 0};
  std::string text = "070701";
  for (const std::uint32_t field : fields) text += fmt::format("{:08x}", field);
  text.append(name).append(1, '\0');
  text.append((kAlignment - text.size() % kAlignment) % kAlignment, '\0');
  return text;
}

}  // namespace

std::string newc_header(std::string_view name, std::uint32_t number, mode_t mode, std::uint64_t size) {
  constexpr std::size_t kShown = 80;
  if (!is_inside(name)) fail("no name for a file of an initramfs: {}", printable_head(name, kShown));
  if (name.size() >= PATH_MAX)
    fail("too long a name for a file of an initramfs: {}", printable_head(name, kShown));
  if (size > UINT32_MAX) fail("{}: too large for an initramfs", printable_head(name, kShown));
  return header(name, number, mode, static_cast<std::uint32_t>(size));
}

void NewcArchive::add(const std::string& path, mode_t mode, std::string_view contents) {
  archive_.append(newc_header(path, ++count_, mode, contents.size()));
  archive_.append(contents);
  archive_.pad_to(kAlignment);
  names_.insert(path);
}

void NewcArchive::add_parents(const std::string& path) {
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string folder = path.substr(0, slash);
    if (!names_.contains(folder)) add(folder, S_IFDIR | 0755, "");
  }
}

void NewcArchive::add_folder(const std::string& path, mode_t mode) {
  add_parents(path);
  if (!names_.contains(path)) add(path, S_IFDIR | mode, "");
}

void NewcArchive::add_file(const std::string& path, std::string_view contents, mode_t mode) {
  add_parents(path);
  add(path, S_IFREG | mode, contents);
}

MemoryFile NewcArchive::finish() && {
  archive_.append(header(kTrailer, 0, 0, 0));
  return std::move(archive_);
}

}  // namespace kboot
