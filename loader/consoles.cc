#include "loader/consoles.h"

#include <charconv>
#include <ctime>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace kboot {
namespace {

/// The same clock in all processes, not moved by setting the time.
std::chrono::milliseconds now() noexcept {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::milliseconds(time.tv_nsec / 1'000'000);
}

UniqueFd open_file(const std::string& path, int flags) noexcept {
  return UniqueFd(::open(path.c_str(), flags | O_CLOEXEC, 0600));
}

}  // namespace

Consoles::Consoles(std::string directory) : directory_(std::move(directory)) {}

void Consoles::note_key() noexcept {
  const UniqueFd fd = open_file(file("last-key"), O_WRONLY | O_CREAT);
  if (!fd) return;
  // A fixed width, so that one write replaces the whole and a reader never sees two numbers mixed.
  char text[24];
  const auto result = fmt::format_to_n(text, sizeof text, "{:020}", now().count());
  [[maybe_unused]] const ssize_t written = ::pwrite(fd.get(), text, result.size, 0);
}

std::optional<std::chrono::milliseconds> Consoles::since_key() const noexcept {
  const UniqueFd fd = open_file(file("last-key"), O_RDONLY);
  if (!fd) return std::nullopt;
  char text[20];
  if (::pread(fd.get(), text, sizeof text, 0) != sizeof text) return std::nullopt;
  long long pressed = 0;
  if (std::from_chars(text, text + sizeof text, pressed).ec != std::errc()) return std::nullopt;
  return now() - std::chrono::milliseconds(pressed);
}

void Consoles::hold(const std::string& who) noexcept {
  hold_ = open_file(file("hold"), O_RDWR | O_CREAT);
  if (!hold_ || ::flock(hold_.get(), LOCK_SH) != 0) return;
  [[maybe_unused]] const int cut = ::ftruncate(hold_.get(), 0);
  [[maybe_unused]] const ssize_t written = ::pwrite(hold_.get(), who.data(), who.size(), 0);
}

std::optional<std::string> Consoles::holder() const noexcept {
  const UniqueFd fd = open_file(file("hold"), O_RDONLY);
  if (!fd || ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return std::nullopt;
  try {
    return printable(read_head(fd.get(), 200));
  } catch (...) {
    return "an ssh session";
  }
}

bool Consoles::booting() const noexcept {
  const UniqueFd fd = open_file(file("boot"), O_RDONLY);
  return fd && ::flock(fd.get(), LOCK_SH | LOCK_NB) != 0;
}

std::optional<UniqueFd> Consoles::lock_boot() noexcept {
  UniqueFd fd = open_file(file("boot"), O_RDWR | O_CREAT);
  if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return std::nullopt;
  return fd;
}

}  // namespace kboot
