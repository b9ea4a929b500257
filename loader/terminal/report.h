#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/shown.h"
#include "loader/terminal/progress_line.h"
#include "loader/terminal/table.h"

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
  /// A result that is one object already, without its newline.
  void object(std::string_view json);
  /// A result that has a text for people, whole lines, and is one object in JSON, without its newline.
  void result(std::string_view text, std::string_view json);
  /// What a dry run would have given to the shell.
  void shell(const std::string& command_line, std::string_view line);
  /// Why a line failed.
  void error(const Shown& message, std::string_view line);
  /// The message of the last error; empty: there was none.
  const std::string& last_error() const { return last_error_; }

  /// While it lives, results go into a text. The report outlives it.
  class Captured {
   public:
    explicit Captured(Report& report);
    ~Captured();
    Captured(const Captured&) = delete;
    Captured& operator=(const Captured&) = delete;
    /// What was captured so far.
    std::string text() const;

   private:
    Report& report_;
    std::FILE* results_;  ///< where they go otherwise
    char* text_ = nullptr;
    std::size_t size_ = 0;
    std::FILE* stream_;
  };

  /// Something to know that is no result.
  void note(const Shown& message);
  void notes(const Diagnostics& diagnostics);

  /// Something to know that is dangerous: in red where the terminal has colours.
  void warning(const Shown& message);

  /// How downloads show how far they are: not at all, on one line that is redrawn, or by a line now and then.
  enum class ProgressStyle { none, redrawn, lines };
  void set_progress_style(ProgressStyle style) { progress_style_ = style; }
  /// Options for a download that is called `name`: what there is to say of it is said here. The report must
  /// outlive them.
  FetchOptions fetch_options(const std::string& name);
  /// Erases what is shown of downloads: they are done.
  void finish_progress();

 private:
  void note_line(std::string_view line);
  void progress(const std::string& name, const Progress& progress);

  std::FILE* results_;
  std::FILE* people_;
  Style style_;
  std::string last_error_;
  ProgressStyle progress_style_ = ProgressStyle::none;
  ProgressLine progress_line_;
  bool progress_shown_ = false;
};

}  // namespace kboot
