#include "base/error.h"
#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/commands/places.h"
#include "loader/session/session.h"

namespace kboot {
namespace {

/// An address as a path has it, with or without `iscsi:` before and `:/` behind it.
IscsiAddress address_of(std::string_view word) {
  constexpr std::string_view kScheme = "iscsi:";
  if (word.starts_with(kScheme)) word.remove_prefix(kScheme.size());
  return with_noun("not an iSCSI address",
                   [&] { return parse_iscsi_address(word.substr(0, word.find(":/"))); });
}

void log_in_as_the_firmware_did(Session& session) {
  const IscsiFirmware firmware = session.resolver().initiator().firmware();
  if (firmware.targets.empty()) fail("the firmware left no iSCSI target");
  for (const IscsiFirmware::Target& target : firmware.targets)
    session.report().note(Shown::text(session.resolver().attach_iscsi(target.address)));
}

void show_sessions(Session& session) {
  Table table{"sessions", {"target", "server", "port", "lun", "device"}, {}};
  for (const IscsiSession& one : session.resolver().initiator().sessions())
    for (const IscsiDisk& disk : one.disks)
      table.rows.push_back({one.target,
                            one.server,
                            {std::to_string(one.port), one.port},
                            {std::to_string(disk.lun), disk.lun},
                            device_name(disk.node)});
  if (table.rows.empty()) session.report().note("not logged in to any target");
  session.report().table(table, session.current_line());
  for (const IscsiFirmware::Target& target : session.resolver().initiator().firmware().targets)
    session.report().note(show("the firmware booted from {} at {}; `iscsi login firmware` logs in to it",
                               printable(target.address.target), printable(target.address.server)));
}

}  // namespace

void run_iscsi(Session& session, const std::vector<std::string>& arguments) {
  if (arguments.empty()) return show_sessions(session);
  if (arguments.size() != 2) wrong_usage("iscsi");
  const std::string& what = arguments[0];
  const std::string word = unquote(arguments[1]);
  if (what == "logout") {
    // What was mounted on the way to a path is no reason to stay.
    session.resolver().release();
    return session.resolver().initiator().log_out(word);
  }
  if (what != "login") wrong_usage("iscsi");
  if (word == "firmware") return log_in_as_the_firmware_did(session);
  session.report().note(Shown::text(session.resolver().attach_iscsi(address_of(word))));
}

}  // namespace kboot
