#include "pathfs/mount_table.h"

#include <charconv>
#include <memory>
#include <new>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>

#include <libmount/libmount.h>

#include "base/file.h"
#include "base/unique_fd.h"

namespace kboot {
namespace {

struct TableDeleter {
  void operator()(libmnt_table* table) const noexcept { mnt_unref_table(table); }
};
struct IteratorDeleter {
  void operator()(libmnt_iter* iterator) const noexcept { mnt_free_iter(iterator); }
};

std::string_view text_of(const char* text) {
  return text == nullptr ? std::string_view{} : std::string_view(text);
}

/// btrfs mounts carry a device number of their own; the source still names the disk.
bool is_on(libmnt_fs* fs, dev_t device) {
  if (mnt_fs_get_devno(fs) == device) return true;
  const char* source = mnt_fs_get_srcpath(fs);
  struct stat status {};
  return text_of(source).starts_with("/dev/") && stat(source, &status) == 0 && S_ISBLK(status.st_mode) &&
         status.st_rdev == device;
}

/// Whether a look at `target` really shows mount `id`: another one may have been put over it, or it may be
/// out of reach.
bool is_visible(const std::string& target, int id) {
  constexpr std::string_view kField = "mnt_id:";
  constexpr std::size_t kMaxFdinfo = 4096;
  const UniqueFd fd(open(target.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return false;
  const auto text = read_file_if_there("/proc/self/fdinfo/" + std::to_string(fd.get()), kMaxFdinfo);
  if (!text) return false;
  const std::size_t field = text->find(kField);
  if (field == std::string::npos) return false;
  const std::size_t digits = text->find_first_not_of(" \t", field + kField.size());
  if (digits == std::string::npos) return false;
  int seen = -1;
  std::from_chars(text->data() + digits, text->data() + text->size(), seen);
  return seen == id;
}

}  // namespace

std::optional<std::string> find_mount(dev_t device, const std::string& root) {
  const std::unique_ptr<libmnt_table, TableDeleter> table(mnt_new_table_from_file("/proc/self/mountinfo"));
  const std::unique_ptr<libmnt_iter, IteratorDeleter> iterator(mnt_new_iter(MNT_ITER_BACKWARD));
  if (!table || !iterator) return {};
  libmnt_fs* fs = nullptr;
  while (mnt_table_next_fs(table.get(), iterator.get(), &fs) == 0) {
    if (text_of(mnt_fs_get_root(fs)) != root || !is_on(fs, device)) continue;
    const std::string target(text_of(mnt_fs_get_target(fs)));
    if (is_visible(target, mnt_fs_get_id(fs))) return target;
  }
  return {};
}

std::vector<MountedFileSystem> read_mount_table(const std::string& file) {
  std::vector<MountedFileSystem> mounted;
  const std::unique_ptr<libmnt_table, TableDeleter> table(mnt_new_table_from_file(file.c_str()));
  const std::unique_ptr<libmnt_iter, IteratorDeleter> iterator(mnt_new_iter(MNT_ITER_FORWARD));
  if (!table || !iterator) return mounted;
  libmnt_fs* fs = nullptr;
  while (mnt_table_next_fs(table.get(), iterator.get(), &fs) == 0) {
    const std::string source(text_of(mnt_fs_get_source(fs)));
    const std::string type(text_of(mnt_fs_get_fstype(fs)));
    if (!source.starts_with("/dev/") && !is_nfs_type(type)) continue;
    const bool read_only = mnt_fs_match_options(fs, "ro") != 0;
    mounted.push_back({.source = source,
                       .type = type,
                       .root = std::string(text_of(mnt_fs_get_root(fs))),
                       .access = read_only ? Access::read_only : Access::read_write,
                       .directory = std::string(text_of(mnt_fs_get_target(fs)))});
  }
  return mounted;
}

}  // namespace kboot
