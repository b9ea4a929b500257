#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kboot {

/// The lines typed on all consoles and in all sessions since the machine started: a file that only root can
/// read, with a line `NUMBER TEXT` for each. Bounded, and never in the way: where the file cannot be used, or
/// holds garbage, there is just less history.
class History {
 public:
  static constexpr std::size_t kMaxLines = 500;

  /// `file` is made when the first line is added; an empty name keeps the lines in this process only.
  explicit History(std::string file) : file_(std::move(file)) {}

  /// Takes up a line. Left out are empty ones, ones that begin with a blank, one that repeats the last, and
  /// any that may set a password. What holds a URL's credentials or query (shown_line()) and what is not
  /// plain text stays in this process.
  void add(std::string_view line) noexcept;

  /// All lines, oldest first, those that other consoles added since the last call included. Valid until the
  /// next call of a member.
  const std::vector<std::string>& lines() noexcept;

 private:
  /// Takes up what is new; gives the length of the file's whole lines.
  std::size_t read_file(int fd);
  void write_file(int fd, std::size_t whole_lines, const std::string& line);
  void remember(std::string line);

  std::string file_;
  std::uint64_t seen_ = 0;  ///< number of the file's last line that is in lines_
  std::vector<std::string> lines_;
};

}  // namespace kboot
