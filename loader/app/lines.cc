#include "loader/app/lines.h"

#include <string_view>

#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "loader/app/input_lines.h"
#include "loader/session/line.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxScript = std::size_t{1} << 20;  // bytes

std::vector<std::string> script_lines(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string_view one : lines_of(text)) {
    const std::string_view line = trim(one);
    if (!line.empty() && !line.starts_with('#')) lines.emplace_back(line);
  }
  return lines;
}

}  // namespace

Status run_lines(Session& session, const std::vector<std::string>& lines) {
  Status status = Status::done;
  for (const std::string& line : lines) status = session.run_line(line);
  return status;
}

Status run_script(Session& session, const std::string& file) {
  const std::string text =
      with_noun(file, [&] { return read_file(open_for_reading(file).get(), kMaxScript); });
  return run_lines(session, script_lines(text));
}

Status run_standard_input(Session& session) {
  Status status = Status::done;
  InputLines input(STDIN_FILENO, kMaxLine);
  while (const auto line = input.next()) {
    if (line->too_long) {
      session.report().error(show("line too long: more than {} bytes", kMaxLine), "");
      status = Status::failed;
      continue;
    }
    for (const std::string& one : script_lines(line->text)) status = session.run_line(one);
  }
  return status;
}

}  // namespace kboot
