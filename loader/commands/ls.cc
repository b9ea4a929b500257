#include <limits>

#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

/// The width of what is no terminal.
constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

struct Listing {
  std::string path;           ///< as typed
  bool is_directory = false;  ///< else `entries` is the file itself
  std::vector<DirectoryEntry> entries;
};

std::string kind_name(const DirectoryEntry& entry) {
  if (entry.link_target) return "link";
  switch (entry.kind) {
    case FileKind::regular:
      return "file";
    case FileKind::directory:
      return "directory";
    case FileKind::block_device:
      return "device";
    case FileKind::other:
      break;
  }
  return "other";
}

std::string name_of(const DirectoryEntry& entry) {
  return entry.kind == FileKind::directory ? entry.name + "/" : entry.name;
}

Listing list(Session& session, const std::string& path) {
  const Location location = session.locate(path);
  if (std::holds_alternative<Url>(location)) fail("a URL cannot be listed");
  const auto file = session.resolver().find(location);
  if (!file) {
    // `sda6` is a file's name here; a person may have meant the disk.
    if (session.resolver().mounter().find_device(path))
      fail("no such file or directory; {}: is what lies on the device", printable(path));
    fail("no such file or directory");
  }
  if (file->kind == FileKind::directory) return {path, true, session.resolver().list(*file)};
  return {path, false, {{path, file->kind, {}, file->size, file->modified}}};
}

/// A row for each file, for people without the directory's, which is a heading for them.
Table long_table(const std::vector<Listing>& listings) {
  Table table{"files", {"directory", "size", "modified", "kind", "name", "target"}, {}};
  for (const Listing& listing : listings) {
    for (const DirectoryEntry& entry : listing.entries) {
      const bool has_size = entry.kind == FileKind::regular && !entry.link_target;
      const Cell size = has_size ? Cell(human_size(entry.size), entry.size) : Cell("");
      table.rows.push_back({listing.is_directory ? listing.path : "", size, utc_text(entry.modified),
                            kind_name(entry), entry.name, entry.link_target.value_or("")});
    }
  }
  return table;
}

std::string long_text(const Listing& listing, std::size_t width) {
  Table table{"files", {"size", "modified", "kind", "name"}, {}};
  for (const DirectoryEntry& entry : listing.entries) {
    const std::string name = entry.link_target ? entry.name + " -> " + *entry.link_target : name_of(entry);
    table.rows.push_back({entry.kind == FileKind::regular && !entry.link_target ? human_size(entry.size) : "",
                          utc_text(entry.modified), kind_name(entry), name});
  }
  return table_text(table, width);
}

std::string short_text(const Listing& listing, std::optional<std::size_t> columns) {
  std::vector<std::string> names;
  names.reserve(listing.entries.size());
  for (const DirectoryEntry& entry : listing.entries) names.push_back(name_of(entry));
  // Of a width of 1 each name gets a line.
  return columns_text(names, columns.value_or(1));
}

}  // namespace

void run_ls(Session& session, const std::vector<std::string>& arguments) {
  const bool wants_long = !arguments.empty() && arguments[0] == "-l";
  std::vector<std::string> paths =
      path_arguments("ls", {arguments.begin() + (wants_long ? 1 : 0), arguments.end()});
  if (paths.empty()) paths.emplace_back(".");

  Report& report = session.report();
  const bool json = report.style() == Report::Style::json;
  std::vector<Listing> listings;
  std::string all;
  for (const std::string& path : paths) {
    Listing listing = with_noun(shown(path), [&] { return list(session, path); });
    std::string text;
    if (paths.size() > 1 && listing.is_directory)
      text = fmt::format("{}{}:\n", path == paths.front() ? "" : "\n", printable(path));
    text += wants_long ? long_text(listing, report.columns().value_or(kUnlimited))
                       : short_text(listing, report.columns());
    if (!json) report.text(text, session.current_line());
    all += text;
    listings.push_back(std::move(listing));
  }
  if (json && wants_long) return report.table(long_table(listings), session.current_line());
  if (json) report.text(all, session.current_line());
}

}  // namespace kboot
