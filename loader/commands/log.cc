#include <algorithm>
#include <iterator>
#include <optional>

#include "base/error.h"
#include "base/kernel_log.h"
#include "base/text.h"
#include "loader/commands/commands.h"
#include "loader/session/session.h"
#include "loader/terminal/shown.h"

namespace kboot {

namespace {

/// A folder's URL gets a file name that tells machines apart.
Url upload_url(Session& session, const std::string& word) {
  if (!Url::looks_like(word)) wrong_usage("log");
  if (!word.ends_with('/')) return Url::parse(word);
  std::string name = "kboot";
  for (const Link& link : session.network().links()) {
    if (link.mac.empty()) continue;
    name += '-';
    std::copy_if(link.mac.begin(), link.mac.end(), std::back_inserter(name), [](char c) { return c != ':'; });
    break;
  }
  return Url::parse(word + name + ".log");
}

void upload(Session& session, const std::string& contents, const std::string& word) {
  with_noun(shown(word), [&] {
    const Url url = upload_url(session, word);
    if (session.dry_run()) return session.report().note(show("the log would be sent to {}", url.redacted()));
    session.resolver().prepare_fetch(url);
    session.resolver().fetcher().upload(url, contents, {});
    session.report().note(show("{} sent to {}", human_size(contents.size()), url.redacted()));
  });
}

}  // namespace

void run_log(Session& session, const std::vector<std::string>& arguments) {
  bool all = false;
  std::optional<std::string> target;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "-a")
      all = true;
    else if (arguments[i] == "--upload" && i + 1 < arguments.size())
      target = unquote(arguments[++i]);
    else
      wrong_usage("log");
  }
  std::vector<KernelRecord> records = read_kernel_log();
  if (!all) records = only_kboots(std::move(records));
  if (target) return upload(session, kernel_log_text(records), *target);

  Report& report = session.report();
  if (report.style() == Report::Style::people)
    return report.text(kernel_log_text(records), session.current_line());
  Table table{"records", {"microseconds", "level", "text"}, {}};
  for (const KernelRecord& record : records) {
    table.rows.push_back({{std::to_string(record.microseconds), record.microseconds},
                          {std::to_string(record.level), record.level},
                          record.text});
  }
  report.table(table, session.current_line());
}

}  // namespace kboot
