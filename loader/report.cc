#include "loader/report.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"

namespace kboot {
namespace {

using Json = nlohmann::ordered_json;

void put(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fflush(stream);
}

void put_json(std::FILE* stream, const Json& json) {
  put(stream, json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace

std::optional<std::size_t> Report::columns() const {
  constexpr std::size_t kUnknown = 80;  // a serial line does not tell
  const int fd = ::fileno(results_);
  if (style_ == Style::json || ::isatty(fd) == 0) return std::nullopt;
  struct winsize size {};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUnknown;
}

void Report::text(std::string_view text, std::string_view line) {
  if (style_ == Style::json)
    put_json(results_, {{"output", text}, {"line", line}});
  else
    put(results_, text);
}

void Report::table(const Table& table, std::string_view line) {
  if (style_ == Style::people) return put(results_, table_text(table));
  Json rows = Json::array();
  for (const auto& row : table.rows) {
    Json object = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string column(table.columns[i]);
      if (row[i].number)
        object[column] = *row[i].number;
      else
        object[column] = row[i].text;
    }
    rows.push_back(std::move(object));
  }
  put_json(results_, {{std::string(table.name), std::move(rows)}, {"line", line}});
}

void Report::plan(const BootPlan& plan) {
  put(results_, style_ == Style::json ? plan_json(plan) + "\n" : plan_text(plan));
}

void Report::shell(const std::string& command_line, std::string_view line) {
  if (style_ == Style::json)
    put_json(results_, {{"shell", command_line}, {"line", line}});
  else
    put(results_, fmt::format("shell    {}\n", printable(command_line)));
}

void Report::error(std::string_view message, std::string_view line) {
  finish_progress();
  if (style_ == Style::json)
    put_json(results_, {{"error", message}, {"line", line}});
  else
    put(people_, fmt::format("{}\n", message));
}

void Report::note(std::string_view message) {
  finish_progress();
  put(people_, fmt::format("{}\n", message));
}

void Report::notes(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) note(diagnostic.str());
}

void Report::progress(const std::string& name, const Progress& progress) {
  if (progress.received == 0 || ::isatty(::fileno(people_)) == 0) return;
  std::string text = fmt::format("\r{}: {}", name, human_size(progress.received));
  if (progress.total) text += fmt::format(" of {}", human_size(*progress.total));
  put(people_, text + "\033[K");
  progress_shown_ = true;
}

void Report::finish_progress() {
  if (std::exchange(progress_shown_, false)) put(people_, "\r\033[K");
}

}  // namespace kboot
