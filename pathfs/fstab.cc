#include "pathfs/fstab.h"

#include <optional>
#include <utility>

#include "base/text.h"
#include "pathfs/location.h"
#include "pathfs/mount_options.h"
#include "pathfs/mount_syntax.h"

namespace kboot {
namespace {

/// What one line of the file says: an entry, nothing of interest, or why it cannot be used.
struct Line {
  std::optional<FstabEntry> entry;
  std::string problem;
};

Line read_entry(FstabLine line) {
  const std::string target = line.target;
  FstabEntry entry{.source = std::move(line.source),
                   .target = "",
                   .type = std::move(line.type),
                   .options = std::move(line.options)};
  const bool no_device = !line.has_device && !entry.is_bind();
  if (line.is_swap || no_device || target == "none" || target == "swap") return {};
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

/// A line is read by itself: so its number is known whatever is wrong with it, and what one line
/// holds cannot swallow the next.
Line read_line(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return {{}, "a NUL byte"};
  auto line = read_fstab_line(text);
  if (!line) return {{}, "not a line of fstab(5): device, mount point, type and options are wanted"};
  return read_entry(std::move(*line));
}

}  // namespace

bool FstabEntry::is_bind() const {
  return has_option(options, "bind") || has_option(options, "rbind");
}

std::vector<FstabEntry> read_fstab(std::string_view text, const std::string& file, Diagnostics& diagnostics) {
  std::vector<FstabEntry> entries;
  Complaints complaints(file);
  int number = 0;
  for (const std::string_view whole : lines_of(text)) {
    ++number;
    const std::string_view content = trim(whole);
    if (content.empty() || content.front() == '#') continue;
    Line line = read_line(content);
    if (!line.problem.empty()) complaints.add(number, std::move(line.problem));
    if (line.entry) entries.push_back(std::move(*line.entry));
  }
  for (Diagnostic& one : std::move(complaints).take()) diagnostics.push_back(std::move(one));
  return entries;
}

}  // namespace kboot
