#include "pathfs/fstab.h"

#include <cstdio>
#include <memory>
#include <new>
#include <optional>

#include <libmount/libmount.h>

#include "base/text.h"
#include "pathfs/location.h"
#include "pathfs/mount_options.h"

namespace kboot {
namespace {

struct TableDeleter {
  void operator()(libmnt_table* table) const noexcept { mnt_unref_table(table); }
};
struct FileCloser {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

/// libmount is silent about a bad line unless it is told what to do: a positive value passes the line over.
int on_bad_line(libmnt_table* /*table*/, const char* /*file*/, int /*line*/) {
  return 1;
}

std::string text_of(const char* text) {
  return text == nullptr ? "" : text;
}

/// Device, or tag without the quotes libmount allows: UUID="…".
std::string source_of(libmnt_fs* fs) {
  const char* tag = nullptr;
  const char* value = nullptr;
  if (mnt_fs_get_tag(fs, &tag, &value) == 0 && tag != nullptr && value != nullptr)
    return text_of(tag) + "=" + text_of(value);
  return text_of(mnt_fs_get_source(fs));
}

/// What one line of the file says: an entry, nothing of interest, or why it cannot be used.
struct Line {
  std::optional<FstabEntry> entry;
  std::string problem;
};

Line read_entry(libmnt_fs* fs) {
  const std::string target = text_of(mnt_fs_get_target(fs));
  FstabEntry entry;
  entry.source = source_of(fs);
  entry.type = text_of(mnt_fs_get_fstype(fs));
  entry.options = text_of(mnt_fs_get_options(fs));
  const bool no_device = mnt_fs_is_pseudofs(fs) != 0 && !entry.is_bind();
  if (mnt_fs_is_swaparea(fs) != 0 || no_device || target == "none" || target == "swap") return {};
  if (entry.is_bind() && !entry.source.starts_with('/'))
    return {{}, "what is bound is no absolute path: " + entry.source};
  if (!target.starts_with('/')) return {{}, "the mount point is no absolute path: " + target};

  for (const std::string& component : path_components(target)) {
    if (component == "..") return {{}, "the mount point has `..` in it: " + target};
    entry.target += "/" + component;
  }
  if (entry.target.empty()) entry.target = "/";
  return {std::move(entry), {}};
}

/// A line is given to libmount by itself: so its number is known whatever is wrong with it, and what one line
/// holds cannot swallow the next.
Line read_line(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return {{}, "a NUL byte"};
  std::string line(text);
  line += '\n';
  const std::unique_ptr<std::FILE, FileCloser> stream(fmemopen(line.data(), line.size(), "r"));
  const std::unique_ptr<libmnt_table, TableDeleter> table(mnt_new_table());
  if (!stream || !table) throw std::bad_alloc();
  mnt_table_set_parser_errcb(table.get(), on_bad_line);
  if (mnt_table_parse_stream(table.get(), stream.get(), "fstab") != 0 || mnt_table_is_empty(table.get()) != 0)
    return {{}, "not a line of fstab(5): device, mount point, type and options are wanted"};
  libmnt_fs* fs = nullptr;
  if (mnt_table_first_fs(table.get(), &fs) != 0) return {};
  return read_entry(fs);
}

}  // namespace

bool FstabEntry::is_bind() const {
  return has_option(options, "bind") || has_option(options, "rbind");
}

std::vector<FstabEntry> read_fstab(std::string_view text, const std::string& file, Diagnostics& diagnostics) {
  std::vector<FstabEntry> entries;
  Complaints complaints(file);
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view raw = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), raw.size() + 1));
    const std::string_view content = trim(raw);
    if (content.empty() || content.front() == '#') continue;
    Line line = read_line(content);
    if (!line.problem.empty()) complaints.add(number, std::move(line.problem));
    if (line.entry) entries.push_back(std::move(*line.entry));
  }
  for (Diagnostic& one : std::move(complaints).take()) diagnostics.push_back(std::move(one));
  return entries;
}

}  // namespace kboot
