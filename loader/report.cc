#include "loader/report.h"

#include <chrono>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "loader/json.h"
#include "loader/terminal_size.h"

namespace kboot {
namespace {

constexpr std::size_t kUsualColumns = 80;  // a serial line does not tell

void put(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fflush(stream);
}

}  // namespace

std::optional<std::size_t> Report::columns() const {
  const int fd = ::fileno(results_);
  if (style_ == Style::json || ::isatty(fd) == 0) return std::nullopt;
  struct winsize size {};
  return ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsualColumns;
}

void Report::text(std::string_view text, std::string_view line) {
  if (style_ == Style::json)
    put(results_, text_json("output", text, line) + "\n");
  else
    put(results_, text);
}

void Report::table(const Table& table, std::string_view line) {
  if (style_ == Style::people) return put(results_, table_text(table));
  put(results_, table_json(table, line) + "\n");
}

void Report::plan(const BootPlan& plan) {
  put(results_, style_ == Style::json ? plan_json(plan) + "\n" : plan_text(plan));
}

void Report::shell(const std::string& command_line, std::string_view line) {
  if (style_ == Style::json)
    put(results_, text_json("shell", command_line, line) + "\n");
  else
    put(results_, fmt::format("shell    {}\n", printable(command_line)));
}

void Report::error(std::string_view message, std::string_view line) {
  finish_progress();
  if (style_ == Style::json)
    put(results_, text_json("error", message, line) + "\n");
  else
    put(people_, fmt::format("{}\n", message));
}

void Report::note(std::string_view message) {
  if (std::exchange(progress_shown_, false)) put(people_, "\r\033[K");
  put(people_, fmt::format("{}\n", message));
}

void Report::notes(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) note(diagnostic.str());
}

void Report::warning(std::string_view message) {
  note(is_capable_terminal(::fileno(people_)) ? fmt::format("\033[1;31m{}\033[0m", message)
                                              : std::string(message));
}

FetchOptions Report::fetch_options(const std::string& name) {
  FetchOptions options;
  options.progress = [this, name](const Progress& far) { progress(name, far); };
  options.notice = [this, name](const std::string& message) { note(fmt::format("{}: {}", name, message)); };
  return options;
}

void Report::progress(const std::string& name, const Progress& progress) {
  if (progress_style_ == ProgressStyle::none) return;
  const bool redrawn = progress_style_ == ProgressStyle::redrawn;
  const auto interval = redrawn ? ProgressLine::kRedrawn : ProgressLine::kLines;
  struct winsize size {};
  const bool known = ::ioctl(::fileno(people_), TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  const auto text = progress_line_.update(name, progress, std::chrono::steady_clock::now(), interval,
                                          (known ? size.ws_col : kUsualColumns) - 1);
  if (!text) return;
  put(people_, redrawn ? "\r" + *text + "\033[K" : *text + "\n");
  progress_shown_ = redrawn;
}

void Report::finish_progress() {
  progress_line_ = {};
  if (std::exchange(progress_shown_, false)) put(people_, "\r\033[K");
}

}  // namespace kboot
