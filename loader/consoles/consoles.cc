#include "loader/consoles/consoles.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/file.h"
#include "base/number.h"
#include "base/text.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxFile = 1024;  // bytes
/// In the file of the last key: a time in milliseconds, then a name, each as wide as this.
constexpr int kTimeWidth = 20;
constexpr int kNameWidth = 64;

/// The same clock in all processes, not moved by setting the time.
std::chrono::milliseconds now() noexcept {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::milliseconds(time.tv_nsec / 1'000'000);
}

UniqueFd open_file(const std::string& path, int flags) noexcept {
  return UniqueFd(::open(path.c_str(), flags | O_CLOEXEC, 0600));
}

/// F_RDLCK or F_WRLCK on the whole of a file, as long as it is open.
struct flock whole_file(short type) noexcept {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

bool take_lock(const UniqueFd& fd, short type) noexcept {
  struct flock lock = whole_file(type);
  return ::fcntl(fd.get(), F_OFD_SETLK, &lock) == 0;
}

/// Whether somebody has a lock; looking takes none, so nobody else's attempt fails because of it.
bool is_locked(const UniqueFd& fd) noexcept {
  struct flock lock = whole_file(F_WRLCK);
  return fd && ::fcntl(fd.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

void replace_contents(const UniqueFd& fd, std::string_view text) noexcept {
  [[maybe_unused]] const int cut = ::ftruncate(fd.get(), 0);
  [[maybe_unused]] const ssize_t written = ::pwrite(fd.get(), text.data(), text.size(), 0);
}

/// What the file `boot` says: the process to be stopped, 0 when it is too late; the console; the line. Each
/// on a line of its own, because the next kernel's command line may hold anything else.
struct BootFile {
  std::uint64_t process = 0;
  BootUnderWay boot;
};

std::string boot_file(std::uint64_t process, const std::string& console, const std::string& line) {
  return fmt::format("{}\n{}\n{}", process, console, line);
}

BootFile read_boot_file(int fd) noexcept {
  BootFile result;
  try {
    const std::string text = read_head(fd, kMaxFile);
    const std::size_t console = text.find('\n');
    const std::size_t line = text.find('\n', console == std::string::npos ? console : console + 1);
    // It has just been locked, and nothing is written yet.
    if (console == std::string::npos || line == std::string::npos) return result;
    result.process = whole_number(std::string_view(text).substr(0, console)).value_or(0);
    result.boot = {printable(text.substr(console + 1, line - console - 1)), printable(text.substr(line + 1)),
                   result.process > 1};
  } catch (...) {
    return {};
  }
  return result;
}

}  // namespace

std::string BootUnderWay::str() const {
  return fmt::format("{} is booting{}", console, line.empty() ? "" : fmt::format(" \"{}\"", line));
}

Consoles::Consoles(std::string directory, std::string name)
    : directory_(std::move(directory)), name_(std::move(name)) {}

void Consoles::note_key() noexcept {
  const UniqueFd fd = open_file(file("last-key"), O_WRONLY | O_CREAT);
  if (!fd) return;
  // A fixed width, so that one write replaces the whole and a reader never sees two of them mixed.
  // snprintf(3): fmt's formatting into an array would be a second copy of all its code, of 46 KB.
  char text[kTimeWidth + kNameWidth + 1];
  const int length =
      std::snprintf(text, sizeof text, "%0*lld%-*.*s", kTimeWidth, static_cast<long long>(now().count()),
                    kNameWidth, kNameWidth, name_.c_str());
  [[maybe_unused]] const ssize_t written = ::pwrite(fd.get(), text, static_cast<std::size_t>(length), 0);
}

std::optional<std::chrono::milliseconds> Consoles::since_key() const noexcept {
  const UniqueFd fd = open_file(file("last-key"), O_RDONLY);
  if (!fd) return std::nullopt;
  char text[kTimeWidth];
  if (::pread(fd.get(), text, sizeof text, 0) != sizeof text) return std::nullopt;
  const auto pressed = whole_number({text, sizeof text});
  if (!pressed) return std::nullopt;
  return now() - std::chrono::milliseconds(*pressed);
}

std::optional<std::string> Consoles::key_elsewhere() const {
  const std::string text = read_file_if_there(file("last-key"), kMaxFile).value_or("");
  if (text.size() <= kTimeWidth) return std::nullopt;
  std::string name(trim(std::string_view(text).substr(kTimeWidth)));
  if (name == trim(std::string_view(name_).substr(0, kNameWidth))) return std::nullopt;
  return printable(name);
}

void Consoles::hold() noexcept {
  hold_ = open_file(file("hold"), O_RDWR | O_CREAT);
  if (!hold_ || !take_lock(hold_, F_RDLCK)) return;
  replace_contents(hold_, name_);
}

std::optional<std::string> Consoles::holder() const noexcept {
  const UniqueFd fd = open_file(file("hold"), O_RDONLY);
  if (!is_locked(fd)) return std::nullopt;
  try {
    return printable(read_head(fd.get(), kMaxFile));
  } catch (...) {
    return "an ssh session";
  }
}

std::optional<UniqueFd> Consoles::lock_boot(const std::string& line) noexcept {
  UniqueFd fd = open_file(file("boot"), O_RDWR | O_CREAT);
  if (!fd) return fd;
  if (!take_lock(fd, F_WRLCK)) return std::nullopt;
  try {
    line_ = line.substr(0, kMaxFile / 2);
    replace_contents(fd, boot_file(static_cast<std::uint64_t>(::getpid()), name_, line_));
  } catch (...) {
    replace_contents(fd, "");  // no memory: the others know that somebody boots, and no more
  }
  return fd;
}

void Consoles::commit_boot() noexcept {
  const UniqueFd fd = open_file(file("boot"), O_RDWR);
  if (!fd) return;
  try {
    replace_contents(fd, boot_file(0, name_, line_));
  } catch (...) {
    replace_contents(fd, "");
  }
}

std::optional<BootUnderWay> Consoles::booting() const noexcept {
  const UniqueFd fd = open_file(file("boot"), O_RDONLY);
  if (!is_locked(fd)) return std::nullopt;
  return read_boot_file(fd.get()).boot;
}

bool Consoles::stop_boot() const noexcept {
  const UniqueFd fd = open_file(file("boot"), O_RDONLY);
  if (!is_locked(fd)) return false;
  const BootFile found = read_boot_file(fd.get());
  return found.boot.stoppable && ::kill(static_cast<pid_t>(found.process), SIGINT) == 0;
}

std::optional<std::string> Consoles::host_key() const {
  const std::string text = read_file_if_there(file("hostkey"), kMaxFile).value_or("");
  const std::string_view key = trim(text);
  return key.empty() ? std::nullopt : std::optional(printable(key));
}

}  // namespace kboot
