#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "base/unique_fd.h"

namespace kboot {

/// A file system that can be looked into.
struct FileSystem {
  std::string directory;              ///< where this process sees its top
  std::optional<std::string> source;  ///< device node; none when it is simply a folder
  /// Names count without regard to case, and the kernel does not see to that by itself.
  bool any_case = false;
};

/// What a walk goes through: one file system, with others at fixed places below its top. None is mounted
/// before something in it is looked up.
struct FileTree {
  /// Mounts what begins at `where` (`/` or one of mount_points), or returns nothing when it must not. Throws
  /// Error.
  std::function<std::optional<FileSystem>(const std::string& where)> mount;
  std::vector<std::string> mount_points;  ///< absolute and cleaned, without `/`
  /// Mount points where no file system begins but another folder of the tree is seen: to where it is, as a
  /// symbolic link would lead there.
  std::map<std::string, std::string> binds;
  /// Mounts the file system in an image file: where this process can open the file, and the partition's
  /// number, 0 for none that is named. Returns where its top can be seen. Throws Error. Empty: a file with a
  /// colon behind its name is none.
  std::function<std::string(const std::string& file, int partition)> mount_image;
};

/// Where a walk ended: no links, no `.` and no `..` are left in its paths.
struct WalkedFile {
  struct stat status {};
  std::string path;        ///< from the top of the tree
  FileSystem file_system;  ///< the one the file is on
  std::string path_on_it;  ///< from the top of that file system
};

/// Walks to `path` component by component, links followed, without ever leaving the tree: the kernel is only
/// asked for single names in an open folder (openat with O_NOFOLLOW). See Resolver for what `..` means.
/// `x.iso:` and `disk.img:2:` are the file systems in a regular file x.iso and on the second partition in
/// disk.img, unless a file has that very name. Links in an image do not leave it. Nothing when the file does
/// not exist or mount() said so. Throws Error.
std::optional<WalkedFile> walk(const FileTree& tree, const std::string& path);

}  // namespace kboot
