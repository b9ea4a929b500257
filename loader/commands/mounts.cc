#include "loader/commands.h"
#include "loader/places.h"
#include "loader/session.h"

namespace kboot {

void run_mounts(Session& session, const std::vector<std::string>& arguments) {
  if (!arguments.empty()) wrong_usage("mounts");
  Resolver& resolver = session.resolver();
  Table table{"mounts", {"source", "type", "access", "where", "directory"}, {}};
  for (const MountedFileSystem& one : resolver.mounter().mount_table()) {
    if (!one.by_kboot) continue;
    table.rows.push_back({one.source, one.type, one.access == Access::read_only ? "ro" : "rw",
                          place_of(one, resolver.booted_root(), resolver.mounter()), one.directory});
  }
  if (table.rows.empty())
    session.report().note("nothing is mounted yet: the first path into a file system mounts it");
  session.report().table(table, session.current_line());
}

}  // namespace kboot
