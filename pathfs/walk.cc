#include "pathfs/walk.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <deque>
#include <iterator>

#include <fcntl.h>
#include <strings.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "pathfs/location.h"

namespace kboot {
namespace {

constexpr int kMaxLinks = 40;  // Linux: MAXSYMLINKS

/// A name still to be looked up.
struct Step {
  std::string name;
  bool typed = true;  ///< false: from the text of a link
};

/// A folder on the way. It is opened when something in it is looked up, which may never be: to reach
/// /boot/efi neither / nor /boot has to be mounted when fstab has an entry for /boot/efi.
struct Folder {
  std::string name;
  bool begins_file_system = false;
  std::optional<FileSystem> file_system;  ///< where one begins and was mounted
  UniqueFd fd;
  bool is_image = false;  ///< the top of an image file
};

/// `disk.img:2:`, taken apart.
struct ImageName {
  std::string file;
  int partition = 0;   ///< from 1; 0: none is named
  std::string suffix;  ///< what follows the file's name
};

std::optional<ImageName> image_name(const std::string& name) {
  constexpr std::uint64_t kMostPartitions = 256;
  if (name.size() < 2 || name.back() != ':') return std::nullopt;
  const std::string file = name.substr(0, name.size() - 1);
  const std::size_t colon = file.rfind(':');
  if (colon != std::string::npos && colon > 0) {
    const auto number = whole_number(file.substr(colon + 1));
    if (number && *number >= 1 && *number <= kMostPartitions)
      return ImageName{file.substr(0, colon), static_cast<int>(*number), name.substr(colon)};
  }
  return ImageName{file, 0, ":"};
}

/// Whether errno says that the file cannot exist, rather than that it cannot be had.
bool means_absent(int err) {
  return err == ENOENT || err == ENAMETOOLONG;
}

std::string read_link(int fd) {
  std::array<char, PATH_MAX> text{};
  const ssize_t length = readlinkat(fd, "", text.data(), text.size());
  if (length < 0) fail_errno(errno, "read a symbolic link");
  return {text.data(), static_cast<std::size_t>(length)};
}

/// The name in an open folder that is `name` but for its case, or nothing.
std::optional<std::string> name_in_any_case(int folder, const std::string& name) {
  UniqueFd fd(openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return std::nullopt;
  const DirectoryStream stream(fdopendir(fd.get()));
  if (!stream) return std::nullopt;
  fd.release();
  while (const dirent* entry = readdir(stream.get()))
    if (strcasecmp(entry->d_name, name.c_str()) == 0) return entry->d_name;
  return std::nullopt;
}

class Walk {
 public:
  explicit Walk(const FileTree& tree) : tree_(tree) { folders_.push_back({"", true, {}, {}, false}); }

  std::optional<WalkedFile> to(const std::string& path) {
    for (std::string& name : path_components(path)) steps_.push_back({std::move(name), true});
    while (!steps_.empty()) {
      if (jump_to_mount_point()) continue;
      Step step = std::move(steps_.front());
      steps_.pop_front();
      if (step.name == "..") {
        go_up(step);
        continue;
      }
      const int folder = open_folder(folders_.size() - 1);
      if (folder < 0) return {};
      UniqueFd fd = open_name(folder, step.name);
      if (!fd && enter_image(folder, step.name)) continue;
      if (!fd) return {};
      struct stat status {};
      if (fstat(fd.get(), &status) != 0) fail_errno(errno, "");

      if (S_ISLNK(status.st_mode)) {
        follow(read_link(fd.get()));
      } else if (S_ISDIR(status.st_mode)) {
        folders_.push_back({step.name, false, {}, std::move(fd), false});
      } else if (steps_.empty()) {
        return found(status, step.name);
      } else {
        fail_errno(ENOTDIR, "");
      }
    }
    return found_folder();
  }

 private:
  /// What has that name in an open folder, or nothing. Where case does not count, `name` becomes the name
  /// that it has there.
  UniqueFd open_name(int folder, std::string& name) const {
    UniqueFd fd(openat(folder, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (fd) return fd;
    if (!means_absent(errno)) fail_errno(errno, "");
    if (!ignores_case()) return {};
    auto found = name_in_any_case(folder, name);
    if (!found) return {};
    name = std::move(*found);
    fd.reset(openat(folder, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!fd && !means_absent(errno)) fail_errno(errno, "");
    return fd;
  }

  /// Goes to the top of the image file that `name` means; false: it means none.
  bool enter_image(int folder, const std::string& name) {
    if (!tree_.mount_image) return false;
    auto image = image_name(name);
    if (!image) return false;
    const UniqueFd fd = open_name(folder, image->file);
    if (!fd) return false;
    struct stat status {};
    if (fstat(fd.get(), &status) != 0) fail_errno(errno, "");
    if (S_ISLNK(status.st_mode)) {
      follow(read_link(fd.get()) + image->suffix);
      return true;
    }
    if (!S_ISREG(status.st_mode)) return false;
    const auto file = found(status, image->file);
    if (!file) return false;
    const FileSystem& outer = file->file_system;
    const std::string on_it = (outer.directory == "/" ? "" : outer.directory) + file->path_on_it;
    const std::string directory = tree_.mount_image(on_it, image->partition);
    FileSystem inner{directory, outer.source.value_or("") + ":" + file->path_on_it};
    if (!outer.source) inner.source = file->path_on_it;
    if (image->partition > 0) *inner.source += fmt::format(":{}", image->partition);
    UniqueFd top(open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!top) fail_errno(errno, "");
    folders_.push_back({image->file + image->suffix, true, std::move(inner), std::move(top), true});
    return true;
  }

  /// Path of folder `index` from the top of the tree.
  std::string path_of(std::size_t index) const {
    std::string path;
    for (std::size_t i = 1; i <= index; ++i) path += "/" + folders_[i].name;
    return path.empty() ? "/" : path;
  }

  /// Index of the folder where the file system begins that folder `index` is on.
  std::size_t top_of(std::size_t index) const {
    while (!folders_[index].begins_file_system) --index;
    return index;
  }

  /// Index of the folder where an absolute link begins.
  std::size_t top_of_links() const {
    std::size_t index = folders_.size() - 1;
    while (index > 0 && !folders_[index].is_image) --index;
    return index;
  }

  bool ignores_case() const {
    const auto& file_system = folders_[top_of(folders_.size() - 1)].file_system;
    return file_system && file_system->any_case;
  }

  /// When the next steps spell the way to a mount point (the deepest one counts), goes there without looking.
  bool jump_to_mount_point() {
    const std::string here = path_of(folders_.size() - 1);
    std::size_t deepest = 0;
    for (const std::string& mount_point : tree_.mount_points) {
      const std::string prefix = here == "/" ? here : here + "/";
      if (!mount_point.starts_with(prefix)) continue;
      const std::vector<std::string> names = path_components(mount_point.substr(prefix.size()));
      const bool spelled =
          names.size() <= steps_.size() &&
          std::equal(names.begin(), names.end(), steps_.begin(),
                     [](const std::string& name, const Step& step) { return name == step.name; });
      if (spelled) deepest = std::max(deepest, names.size());
    }
    if (deepest == 0) return false;
    for (std::size_t i = 0; i < deepest; ++i) {
      folders_.push_back({std::move(steps_.front().name), false, {}, {}, false});
      steps_.pop_front();
      const auto& points = tree_.mount_points;
      folders_.back().begins_file_system =
          std::find(points.begin(), points.end(), path_of(folders_.size() - 1)) != points.end();
    }
    const auto bind = tree_.binds.find(path_of(folders_.size() - 1));
    if (bind != tree_.binds.end()) follow(bind->second);
    return true;
  }

  void go_up(const Step& step) {
    if (folders_.size() == 1) return;
    if (folders_.back().is_image || (step.typed && folders_.back().begins_file_system)) return;
    folders_.pop_back();
  }

  void follow(const std::string& text) {
    if (++links_ > kMaxLinks) fail_errno(ELOOP, "");
    if (text.starts_with('/')) folders_.resize(top_of_links() + 1);
    std::vector<Step> steps;
    for (std::string& name : path_components(text)) steps.push_back({std::move(name), false});
    steps_.insert(steps_.begin(), std::make_move_iterator(steps.begin()),
                  std::make_move_iterator(steps.end()));
  }

  /// The folder's descriptor, or -1 when there is no such folder.
  int open_folder(std::size_t index) {
    Folder& folder = folders_[index];
    if (folder.fd) return folder.fd.get();
    if (folder.begins_file_system) {
      folder.file_system = tree_.mount(path_of(index));
      if (!folder.file_system) return -1;
      folder.fd.reset(open(folder.file_system->directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    } else {
      const int parent = open_folder(index - 1);
      if (parent < 0) return -1;
      folder.fd.reset(openat(parent, folder.name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    }
    if (!folder.fd && !means_absent(errno)) fail_errno(errno, "");
    return folder.fd.get();
  }

  std::optional<WalkedFile> found_folder() {
    const int fd = open_folder(folders_.size() - 1);
    if (fd < 0) return {};
    struct stat status {};
    if (fstat(fd, &status) != 0) fail_errno(errno, "");
    return found(status, "");
  }

  /// What stands in the last folder as `name`, or that folder.
  std::optional<WalkedFile> found(const struct stat& status, const std::string& name) {
    const std::size_t top = top_of(folders_.size() - 1);
    // It may have been passed by a jump, and its folder opened by a link's `..` only.
    if (open_folder(top) < 0) return {};
    WalkedFile file;
    file.status = status;
    file.file_system = *folders_[top].file_system;
    std::string below_top;
    for (std::size_t i = top + 1; i < folders_.size(); ++i) below_top += "/" + folders_[i].name;
    if (!name.empty()) below_top += "/" + name;
    file.path_on_it = below_top.empty() ? "/" : below_top;
    file.path = (top == 0 ? "" : path_of(top)) + below_top;
    if (file.path.empty()) file.path = "/";
    return file;
  }

  const FileTree& tree_;
  std::vector<Folder> folders_;  ///< from the top of the tree to where the walk is
  std::deque<Step> steps_;
  int links_ = 0;
};

}  // namespace

std::optional<WalkedFile> walk(const FileTree& tree, const std::string& path) {
  return Walk(tree).to(path);
}

}  // namespace kboot
