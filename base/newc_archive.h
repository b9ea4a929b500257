#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "base/memory_file.h"

namespace kboot {

/// What stands before a file's contents in a cpio archive of the kind that the kernel unpacks, its name and
/// the NULs behind that included. Throws Error for a name that leads out of the archive or is too long, and
/// for a size that the format has no room for.
std::string newc_header(std::string_view name, std::uint32_t number, mode_t mode, std::uint64_t size);

/// A cpio archive in memory, in the kernel's format (Documentation/driver-api/early-userspace/
/// buffer-format.rst): what an initramfs is made of. No file system and no program sees what is put into it.
class NewcArchive {
 public:
  /// Throws Error.
  explicit NewcArchive(const std::string& name) : archive_(name) {}

  /// A folder for root, and those above it, which everybody may look into. One that is there stays as it is.
  /// Throws Error.
  void add_folder(const std::string& path, mode_t mode);
  /// A file for root, and the folders above it. `path` has no leading `/`. Throws Error.
  void add_file(const std::string& path, std::string_view contents, mode_t mode);
  /// The whole archive. Throws Error.
  MemoryFile finish() &&;

 private:
  void add_parents(const std::string& path);
  void add(const std::string& path, mode_t mode, std::string_view contents);

  MemoryFile archive_;
  std::set<std::string> names_;
  std::uint32_t count_ = 0;
};

}  // namespace kboot
