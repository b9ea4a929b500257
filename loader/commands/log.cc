#include "loader/commands.h"
#include "loader/kernel_log.h"
#include "loader/session.h"

namespace kboot {

void run_log(Session& session, const std::vector<std::string>& arguments) {
  const bool all = arguments == std::vector<std::string>{"-a"};
  if (!arguments.empty() && !all) wrong_usage("log");
  std::vector<KernelRecord> records = read_kernel_log();
  if (!all) records = only_kboots(std::move(records));

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
