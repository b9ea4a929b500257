#include "pathfs/libmount/mount_syntax.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>

#include <libmount/libmount.h>

namespace kboot::libmount {
namespace {

struct TableDeleter {
  void operator()(libmnt_table* table) const noexcept { mnt_unref_table(table); }
};
struct IteratorDeleter {
  void operator()(libmnt_iter* iterator) const noexcept { mnt_free_iter(iterator); }
};
struct FileCloser {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
struct Freer {
  void operator()(char* text) const noexcept { std::free(text); }  // NOLINT(cppcoreguidelines-no-malloc)
};
using OwnedText = std::unique_ptr<char, Freer>;

std::string text_of(const char* text) {
  return text == nullptr ? "" : text;
}

/// libmount is silent about a bad line unless it is told what to do: a positive value passes the line over.
int on_bad_line(libmnt_table* /*table*/, const char* /*file*/, int /*line*/) {
  return 1;
}

/// Device, or tag without the quotes libmount allows: UUID="…".
std::string source_of(libmnt_fs* fs) {
  const char* tag = nullptr;
  const char* value = nullptr;
  if (mnt_fs_get_tag(fs, &tag, &value) == 0 && tag != nullptr && value != nullptr)
    return text_of(tag) + "=" + text_of(value);
  return text_of(mnt_fs_get_source(fs));
}

}  // namespace

std::optional<FstabLine> read_fstab_line(std::string_view line) {
  std::string text(line);
  text += '\n';
  const std::unique_ptr<std::FILE, FileCloser> stream(fmemopen(text.data(), text.size(), "r"));
  const std::unique_ptr<libmnt_table, TableDeleter> table(mnt_new_table());
  if (!stream || !table) throw std::bad_alloc();
  mnt_table_set_parser_errcb(table.get(), on_bad_line);
  libmnt_fs* fs = nullptr;
  if (mnt_table_parse_stream(table.get(), stream.get(), "fstab") != 0 ||
      mnt_table_is_empty(table.get()) != 0 || mnt_table_first_fs(table.get(), &fs) != 0)
    return {};
  return FstabLine{.source = source_of(fs),
                   .target = text_of(mnt_fs_get_target(fs)),
                   .type = text_of(mnt_fs_get_fstype(fs)),
                   .options = text_of(mnt_fs_get_options(fs)),
                   .is_swap = mnt_fs_is_swaparea(fs) != 0,
                   .has_device = mnt_fs_is_pseudofs(fs) == 0};
}

std::vector<MountInfo> read_mountinfo(const std::string& file) {
  std::vector<MountInfo> mounts;
  const std::unique_ptr<libmnt_table, TableDeleter> table(mnt_new_table_from_file(file.c_str()));
  const std::unique_ptr<libmnt_iter, IteratorDeleter> iterator(mnt_new_iter(MNT_ITER_FORWARD));
  if (!table || !iterator) return mounts;
  libmnt_fs* fs = nullptr;
  while (mnt_table_next_fs(table.get(), iterator.get(), &fs) == 0) {
    mounts.push_back({.id = mnt_fs_get_id(fs),
                      .device = mnt_fs_get_devno(fs),
                      .root = text_of(mnt_fs_get_root(fs)),
                      .target = text_of(mnt_fs_get_target(fs)),
                      .type = text_of(mnt_fs_get_fstype(fs)),
                      .source = text_of(mnt_fs_get_source(fs)),
                      .read_only = mnt_fs_match_options(fs, "ro") != 0});
  }
  return mounts;
}

std::vector<MountOption> read_options(std::string_view options) {
  std::vector<MountOption> all;
  std::string copy(options);
  char* rest = copy.data();
  char* name = nullptr;
  char* value = nullptr;
  std::size_t name_size = 0;
  std::size_t value_size = 0;
  while (mnt_optstr_next_option(&rest, &name, &name_size, &value, &value_size) == 0) {
    MountOption option{std::string(name, name_size), {}};
    if (value != nullptr) option.value = std::string(value, value_size);
    all.push_back(std::move(option));
  }
  return all;
}

SortedOptions sort_options(std::string_view options) {
  char* vfs = nullptr;
  char* fs = nullptr;
  if (mnt_split_optstr(std::string(options).c_str(), nullptr, &vfs, &fs, 0, 0) != 0) throw std::bad_alloc();
  const OwnedText vfs_owner(vfs);
  const OwnedText fs_owner(fs);
  SortedOptions sorted;
  if (vfs != nullptr) mnt_optstr_get_flags(vfs, &sorted.flags, mnt_get_builtin_optmap(MNT_LINUX_MAP));
  sorted.file_system = read_options(text_of(fs));
  return sorted;
}

}  // namespace kboot::libmount
