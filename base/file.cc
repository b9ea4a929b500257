#include "base/file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"

namespace kboot {
namespace {

/// open(2), or an empty UniqueFd and errno.
UniqueFd try_open(const std::string& path) {
  while (true) {
    // O_NONBLOCK: opening a FIFO nobody writes to would wait for ever.
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (fd) {
      // Only the opening was not to block.
      const int flags = ::fcntl(fd.get(), F_GETFL);
      if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags & ~O_NONBLOCK) < 0) fd.reset();
      return fd;
    }
    if (errno != EINTR) return fd;
    Interrupt::throw_if_requested();
  }
}

/// read_head(), or nothing and errno.
std::optional<std::string> try_read_head(int fd, std::size_t limit) {
  std::string head;
  std::array<char, 65536> block;  // NOLINT(cppcoreguidelines-pro-type-member-init): read(2) fills it
  while (head.size() < limit) {
    const std::size_t most = std::min(block.size(), limit - head.size());
    ssize_t got = ::pread(fd, block.data(), most, static_cast<off_t>(head.size()));
    if (got < 0 && errno == ESPIPE) got = ::read(fd, block.data(), most);
    if (got < 0 && errno == EINTR) {
      Interrupt::throw_if_requested();
      continue;
    }
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    head.append(block.data(), static_cast<std::size_t>(got));
  }
  return head;
}

}  // namespace

UniqueFd open_for_reading(const std::string& path) {
  UniqueFd fd = try_open(path);
  if (!fd) fail_errno(errno, "");
  return fd;
}

std::string read_head(int fd, std::size_t limit) {
  std::optional<std::string> head = try_read_head(fd, limit);
  if (!head) fail_errno(errno, "");
  return *std::move(head);
}

std::uint64_t file_size(int fd) {
  struct stat status = {};
  if (::fstat(fd, &status) != 0) fail_errno(errno, "");
  if (!S_ISREG(status.st_mode)) fail("not a regular file");
  return static_cast<std::uint64_t>(status.st_size);
}

void read_through(int fd) {
  std::vector<char> buffer(std::size_t{1} << 20);
  for (off_t offset = 0;;) {
    Interrupt::throw_if_requested();
    const ssize_t length = ::pread(fd, buffer.data(), buffer.size(), offset);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) fail_errno(errno, "");
    if (length == 0) return;
    offset += length;
  }
}

std::string read_file(int fd, std::size_t limit) {
  std::string text = read_head(fd, limit + 1);
  if (text.size() > limit) fail("longer than {}", human_size(limit));
  return text;
}

std::optional<std::string> read_file_if_there(const std::string& path, std::size_t limit) {
  const UniqueFd fd = try_open(path);
  if (fd) return read_file(fd.get(), limit);
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  fail_errno(errno, "");
}

std::string read_small_file(const std::string& path) {
  constexpr std::size_t kMaxSize = std::size_t{64} << 10;
  // No exception for what is usual: the first one of a process is slow to find its way.
  const UniqueFd fd = try_open(path);
  if (!fd) return {};
  const std::optional<std::string> text = try_read_head(fd.get(), kMaxSize + 1);
  return text && text->size() <= kMaxSize ? std::string(trim(*text)) : "";
}

void make_directories(const std::string& path) {
  const auto make = [](const std::string& one, mode_t mode) {
    if (::mkdir(one.c_str(), mode) != 0 && errno != EEXIST) fail_errno(errno, "make " + one);
  };
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1))
    make(path.substr(0, slash), 0755);
  make(path, 0700);
}

void write_file(const std::string& path, std::string_view contents, mode_t mode) {
  // Several processes may write the same at once.
  const std::string temporary = fmt::format("{}.{}", path, ::getpid());
  const UniqueFd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (!file) fail_errno(errno, "");
  for (std::string_view left = contents; !left.empty();) {
    const ssize_t written = ::write(file.get(), left.data(), left.size());
    if (written < 0 && errno != EINTR) {
      const int error = errno;
      ::unlink(temporary.c_str());
      fail_errno(error, "");
    }
    if (written > 0) left.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) fail_errno(errno, "");
}

}  // namespace kboot
