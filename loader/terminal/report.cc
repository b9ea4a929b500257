#include "loader/terminal/report.h"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "loader/terminal/json.h"
#include "loader/terminal/terminal_size.h"

namespace kboot {
namespace {

constexpr std::size_t kUsualColumns = 80;  // a serial line does not tell

/// A reader that has gone away ends the session: called in libcurl's callbacks too, so nothing is thrown.
void put(std::FILE* stream, std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stream) == text.size();
  if (std::fflush(stream) == 0 && written) return;
  if (errno == EPIPE || errno == EIO) Interrupt::end_session();
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

void Report::object(std::string_view json) {
  put(results_, fmt::format("{}\n", json));
}

void Report::result(std::string_view text, std::string_view json) {
  if (style_ == Style::json)
    object(json);
  else
    put(results_, text);
}

void Report::shell(const std::string& command_line, std::string_view line) {
  if (style_ == Style::json)
    put(results_, text_json("shell", command_line, line) + "\n");
  else
    put(results_, fmt::format("shell    {}\n", printable(command_line)));
}

void Report::error(const Shown& message, std::string_view line) {
  finish_progress();
  last_error_ = message.str();
  if (style_ == Style::json)
    put(results_, text_json("error", message.str(), line) + "\n");
  else
    put(people_, fmt::format("{}\n", message.str()));
}

Report::Captured::Captured(Report& report)
    : report_(report), results_(report.results_), stream_(::open_memstream(&text_, &size_)) {
  // Without memory for it, results are shown.
  if (stream_ != nullptr) report_.results_ = stream_;
}

Report::Captured::~Captured() {
  report_.results_ = results_;
  if (stream_ != nullptr) std::fclose(stream_);
  std::free(text_);
}

std::string Report::Captured::text() const {
  if (stream_ != nullptr) std::fflush(stream_);
  return text_ == nullptr ? "" : std::string(text_, size_);
}

void Report::note(const Shown& message) {
  note_line(message.str());
}

void Report::note_line(std::string_view line) {
  if (std::exchange(progress_shown_, false)) put(people_, "\r\033[K");
  put(people_, fmt::format("{}\n", line));
}

void Report::notes(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) note(Shown::text(diagnostic.str()));
}

void Report::warning(const Shown& message) {
  const bool colours = is_capable_terminal(::fileno(people_));
  note_line(colours ? fmt::format("\033[1;31m{}\033[0m", message.str()) : message.str());
}

FetchOptions Report::fetch_options(const std::string& name) {
  FetchOptions options;
  options.progress = [this, name](const Progress& far) { progress(name, far); };
  options.notice = [this, name](const std::string& message) { note(show("{}: {}", name, message)); };
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
