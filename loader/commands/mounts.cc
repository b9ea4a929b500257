#include <algorithm>

#include "loader/commands/commands.h"
#include "loader/commands/places.h"
#include "loader/session/session.h"

namespace kboot {
namespace {

std::string name_of(const Ledger::Holder& holder) {
  return holder.lives ? holder.record.console : holder.record.console + ", which has ended";
}

/// Who mounted something at `directory`.
std::string holder_of(const std::vector<Ledger::Holder>& holders, const std::string& directory) {
  const Holding mount{Holding::Kind::mount, directory};
  for (const Ledger::Holder& holder : holders) {
    const auto& all = holder.record.holdings;
    if (std::find(all.begin(), all.end(), mount) != all.end()) return name_of(holder);
  }
  return "";
}

}  // namespace

void run_mounts(Session& session, const std::vector<std::string>& arguments) {
  if (!arguments.empty()) wrong_usage("mounts");
  Resolver& resolver = session.resolver();
  Table table{"mounts", {"source", "type", "access", "where", "console", "directory"}, {}};
  const std::vector<Ledger::Holder> holders = session.ledger().holders();
  for (const MountedFileSystem& one : resolver.mounter().mount_table()) {
    if (!one.by_kboot) continue;
    table.rows.push_back({one.source, one.type, one.access == Access::read_only ? "ro" : "rw",
                          place_of(one, resolver.booted_root(), resolver.mounter()),
                          holder_of(holders, one.directory), one.directory});
  }
  for (const Ledger::Holder& holder : holders) {
    for (const Holding& holding : holder.record.holdings) {
      if (holding.kind == Holding::Kind::mount) continue;
      table.rows.push_back({holding.name, std::string(kind_name(holding.kind)), "", "", name_of(holder), ""});
    }
  }
  if (table.rows.empty())
    session.report().note("nothing is mounted yet: the first path into a file system mounts it");
  session.report().table(table, session.current_line());
}

}  // namespace kboot
