#include "base/memory_file.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "base/error.h"
#include "base/interrupt.h"

namespace kboot {
namespace {

[[noreturn]] void fail_write(int err) {
  if (err == ENOSPC || err == ENOMEM) fail("memory is full");
  fail_errno(err, "write to memory");
}

/// Moves what is left of `from` to the end of `to` in the kernel and counts it in `size`. Returns early when
/// `from` is something (a pipe, a file system without splice) that sendfile(2) cannot read.
void send_in_kernel(int from, int to, std::uint64_t& size) {
  // Small enough that ^C is seen at once even on a slow disk, big enough that the calls cost nothing.
  constexpr std::size_t kBlock = 1 << 20;
  while (true) {
    Interrupt::throw_if_requested();
    const ssize_t sent = ::sendfile(to, from, nullptr, kBlock);
    if (sent > 0) {
      size += static_cast<std::uint64_t>(sent);
    } else if (sent == 0 || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP) {
      return;
    } else if (errno == ENOSPC || errno == ENOMEM) {
      fail_write(errno);
    } else if (errno != EINTR) {
      fail_errno(errno, "read");
    }
  }
}

}  // namespace

// memfd_create(2) takes names of up to 249 bytes.
MemoryFile::MemoryFile(const std::string& name)
    : fd_(::memfd_create(name.substr(0, 249).c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING)) {
  if (!fd_) fail_errno(errno, "memfd_create");
}

void MemoryFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(fd(), bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (put < 0) {
      if (errno != EINTR) fail_write(errno);
      Interrupt::throw_if_requested();
      continue;
    }
    size_ += static_cast<std::uint64_t>(put);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

void MemoryFile::append_file(int fd) {
  if (::lseek(fd_.get(), static_cast<off_t>(size_), SEEK_SET) < 0) fail_errno(errno, "seek in memory");
  send_in_kernel(fd, fd_.get(), size_);

  // Nothing is left unless sendfile() gave up.
  std::array<char, 65536> block;  // NOLINT(cppcoreguidelines-pro-type-member-init): read() fills it
  while (true) {
    Interrupt::throw_if_requested();
    const ssize_t got = ::read(fd, block.data(), block.size());
    if (got == 0) return;
    if (got > 0) {
      append({block.data(), static_cast<std::size_t>(got)});
    } else if (errno != EINTR) {
      fail_errno(errno, "read");
    }
  }
}

void MemoryFile::append_part(int fd, std::uint64_t offset, std::uint64_t size) {
  std::vector<char> block(std::size_t{1} << 20);
  while (size > 0) {
    Interrupt::throw_if_requested();
    const std::size_t wanted = std::min<std::uint64_t>(block.size(), size);
    const ssize_t got = ::pread(fd, block.data(), wanted, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_errno(errno, "read");
    if (got == 0) fail("the file ends {} bytes too early", size);
    append({block.data(), static_cast<std::size_t>(got)});
    offset += static_cast<std::uint64_t>(got);
    size -= static_cast<std::uint64_t>(got);
  }
}

MemoryFile MemoryFile::adopt(UniqueFd fd) {
  MemoryFile file(std::move(fd));
  const off_t size = ::lseek(file.fd(), 0, SEEK_END);
  if (size < 0) fail_errno(errno, "seek in memory");
  file.size_ = static_cast<std::uint64_t>(size);
  return file;
}

void MemoryFile::take_over(MemoryFile from) {
  if (::lseek(fd(), static_cast<off_t>(size_), SEEK_SET) < 0) fail_errno(errno, "seek in memory");
  const std::uint64_t taken = from.size();
  std::move(from).move_to(fd());
  size_ += taken;
}

void MemoryFile::move_to(int fd) && {
  constexpr std::size_t kBlock = 1 << 20;
  off_t moved = 0;
  while (static_cast<std::uint64_t>(moved) < size_) {
    Interrupt::throw_if_requested();
    const off_t start = moved;
    const ssize_t sent = ::sendfile(fd, fd_.get(), &moved, kBlock);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) fail_errno(errno, "write");
    if (sent == 0) fail("it has become shorter meanwhile");  // who filled it may still have it: adopt()
    // Where that cannot be done, as in a sealed file, it only costs memory.
    ::fallocate(fd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, start, sent);
  }
}

void MemoryFile::pad_to(std::size_t alignment) {
  assert(alignment != 0);
  const std::size_t beyond = size_ % alignment;
  if (beyond != 0) append(std::string(alignment - beyond, '\0'));
}

void MemoryFile::clear() {
  if (::ftruncate(fd(), 0) != 0 || ::lseek(fd(), 0, SEEK_SET) < 0) fail_errno(errno, "empty a memory file");
  size_ = 0;
}

void MemoryFile::wipe() noexcept {
  constexpr std::array<char, 4096> kNothing{};
  for (std::uint64_t at = 0; at < size_;) {
    const std::size_t length = std::min<std::uint64_t>(kNothing.size(), size_ - at);
    const ssize_t put = ::pwrite(fd(), kNothing.data(), length, static_cast<off_t>(at));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return;  // sealed
    at += static_cast<std::uint64_t>(put);
  }
}

void MemoryFile::rewind() {
  if (::lseek(fd(), 0, SEEK_SET) < 0) fail_errno(errno, "seek in memory");
}

void MemoryFile::seal() {
  if (::fcntl(fd(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0 ||
      ::lseek(fd(), 0, SEEK_SET) < 0) {
    fail_errno(errno, "seal a memory file");
  }
}

}  // namespace kboot
