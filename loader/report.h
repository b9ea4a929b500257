#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "loader/boot_plan.h"
#include "loader/table.h"

namespace kboot {

/// What a line says back: results on one stream, words for people on the other. In JSON style each result is
/// one object a line (kboot(8), JSON) and all else goes to the people's stream.
class Report {
 public:
  enum class Style { people, json };

  /// Writes to two streams that outlive it: standard output and standard error, or a test's.
  Report(std::FILE* results, std::FILE* people, Style style)
      : results_(results), people_(people), style_(style) {}

  Style style() const { return style_; }
  /// How many columns the terminal has that shows the results; nothing when it is none.
  std::optional<std::size_t> columns() const;

  /// A command's output: whole lines.
  void text(std::string_view text, std::string_view line);
  /// Rows under headings; in JSON {"NAME": [{"column": "cell", …}, …], "line": …}.
  void table(const Table& table, std::string_view line);
  void plan(const BootPlan& plan);
  /// What a dry run would have given to the shell.
  void shell(const std::string& command_line, std::string_view line);
  /// Why a line failed.
  void error(std::string_view message, std::string_view line);
  /// Something to know that is no result.
  void note(std::string_view message);
  void notes(const Diagnostics& diagnostics);

  /// One line that is redrawn for each download; erased by finish_progress(). Nothing where the stream is no
  /// terminal.
  void progress(const std::string& name, const Progress& progress);
  void finish_progress();

 private:
  std::FILE* results_;
  std::FILE* people_;
  Style style_;
  bool progress_shown_ = false;
};

}  // namespace kboot
