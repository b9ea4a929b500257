#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/entries/boot_places.h"
#include "loader/entries/found.h"
#include "loader/session/session.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

EntryList list_at(const std::string& word, Session& session) {
  const auto place = find_place(word, session.resolver(), session.directory());
  if (!place) fail("{}: no such device, directory or file", shown(word));
  return list_place(*place, session.resolver());
}

}  // namespace

void run_entries(Session& session, const std::vector<std::string>& arguments) {
  Report& report = session.report();
  EntryList list;
  const std::vector<std::string> places = path_arguments("entries", arguments);
  for (const std::string& place : places) append(list, list_at(place, session));
  if (places.empty())
    list = list_found(session.published(), session.resolver(),
                      [&](const std::string& message) { report.note(Shown::text(message)); });

  const bool json = report.style() == Report::Style::json;
  if (json) {
    report.object(entries_json(list));
  } else {
    for (const ListedSource& source : list.sources) report.notes(source.diagnostics);
    if (list.entries.empty()) report.note("nothing was found that can be booted");
    report.text(entries_text(list), session.current_line());
  }
  session.remember_entries(std::move(list));
}

}  // namespace kboot
