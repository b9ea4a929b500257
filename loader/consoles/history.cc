#include "loader/consoles/history.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxShared = 2048;  ///< bytes of a line that is shared
/// When the file has grown so far, only the lines that still count are kept.
constexpr std::size_t kMaxFile = 2 * History::kMaxLines * kMaxShared;
constexpr std::size_t kMaxRead = 2 * kMaxFile;

/// Opens and locks the file; nothing when that cannot be had at once, or nearly so: others hold the lock for
/// the length of a read or write.
UniqueFd open_locked(const std::string& path, int flags, int lock) {
  constexpr int kTries = 20;
  constexpr int kPause = 5;  // ms
  if (path.empty()) return {};
  UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  if (!fd) return {};
  for (int i = 0; i < kTries; ++i) {
    if (::flock(fd.get(), lock | LOCK_NB) == 0) return fd;
    ::poll(nullptr, 0, kPause);
  }
  return {};
}

/// The number a line of the file begins with; nothing when the line is garbage.
std::optional<std::uint64_t> number_of(std::string_view line) {
  constexpr std::size_t kMaxDigits = 18;  // no overflow, also with one added
  const std::size_t blank = line.find(' ');
  if (blank > kMaxDigits) return {};  // npos, too
  std::uint64_t number = 0;
  const char* const end = line.data() + blank;
  const std::from_chars_result result = std::from_chars(line.data(), end, number);
  if (result.ec != std::errc() || result.ptr != end) return {};
  return number;
}

bool may_set_password(std::string_view line) {
  return line.find("password=") != std::string_view::npos;
}

bool may_be_shared(const std::string& line) {
  return line.size() <= kMaxShared && shown_line(line) == line && printable(line) == line;
}

}  // namespace

void History::remember(std::string line) {
  if (!lines_.empty() && lines_.back() == line) return;
  lines_.push_back(std::move(line));
  if (lines_.size() > kMaxLines) lines_.erase(lines_.begin());
}

std::size_t History::read_file(int fd) {
  const std::string contents = read_head(fd, kMaxRead);
  std::string_view rest = contents;
  for (std::size_t end = 0; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1)) {
    const std::string_view line = rest.substr(0, end);
    const auto number = number_of(line);
    if (!number || *number <= seen_) continue;
    std::string text(line.substr(line.find(' ') + 1));
    if (text.empty() || !may_be_shared(text)) continue;
    seen_ = *number;
    remember(std::move(text));
  }
  return contents.size() - rest.size();
}

void History::write_file(int fd, std::size_t whole_lines, const std::string& line) {
  std::string text;
  if (whole_lines > kMaxFile) {
    whole_lines = 0;
    // Numbered so that the last one keeps its number: the other consoles go on where they were.
    std::vector<std::string> kept = lines_;
    std::erase_if(kept, [](const std::string& old) { return !may_be_shared(old); });
    std::uint64_t number = seen_ - std::min<std::uint64_t>(seen_, kept.size());
    for (const std::string& old : kept) text += fmt::format("{} {}\n", ++number, old);
    seen_ = number;
  }
  // Also takes half a line away, which a process left that was killed.
  if (::ftruncate(fd, static_cast<off_t>(whole_lines)) != 0) return;
  text += fmt::format("{} {}\n", ++seen_, line);
  // One write: a reader without the lock, a person say, never sees half of it. A full file system is no
  // reason to complain.
  [[maybe_unused]] const ssize_t written = ::write(fd, text.data(), text.size());
}

void History::add(std::string_view typed) noexcept {
  try {
    std::string line(typed);
    if (trim(line).empty() || line.starts_with(' ') || line.starts_with('\t') || may_set_password(line))
      return;
    if (!may_be_shared(line)) return remember(std::move(line));
    const UniqueFd fd = open_locked(file_, O_RDWR | O_CREAT | O_APPEND, LOCK_EX);
    if (fd) {
      const std::size_t whole_lines = read_file(fd.get());
      if (!lines_.empty() && lines_.back() == line) return;
      write_file(fd.get(), whole_lines, line);
    }
    remember(std::move(line));
  } catch (...) {
    // Less history.
  }
}

const std::vector<std::string>& History::lines() noexcept {
  try {
    if (const UniqueFd fd = open_locked(file_, O_RDONLY, LOCK_SH)) read_file(fd.get());
  } catch (...) {
    // Less history.
  }
  return lines_;
}

}  // namespace kboot
