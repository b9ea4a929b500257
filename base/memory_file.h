#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/unique_fd.h"

namespace kboot {

/// A file that lives in memory (memfd_create(2)): what a download or a set of joined initrds is staged in.
/// kexec_file_load(2) takes its descriptor as it takes that of a file on a disk.
class MemoryFile {
 public:
  /// `name` is only seen in /proc/self/fd. Throws Error.
  explicit MemoryFile(const std::string& name);

  /// Adds bytes at the end. Throws Error (ENOSPC and ENOMEM say that memory is full).
  void append(std::string_view bytes);
  /// Adds all of `fd` from its current offset, without a copy through user space where the kernel can. Looks
  /// at Interrupt between blocks. Throws Error, Cancelled.
  void append_file(int fd);
  /// Adds `size` bytes of `fd` from `offset` on, and leaves its offset alone. Throws Error when the file ends
  /// before, Cancelled.
  void append_part(int fd, std::uint64_t offset, std::uint64_t size);
  /// The same of another, unsealed memory file; see move_to().
  void take_over(MemoryFile from);
  /// Writes all of it to `fd`, at that one's offset, and gives back memory on the way: where `fd` is in
  /// memory, too, both together never take more than the contents and a MiB. Throws Error, Cancelled.
  void move_to(int fd) &&;
  /// Adds NUL bytes until the size is a multiple of `alignment` bytes (not 0).
  void pad_to(std::size_t alignment);
  /// Empties the file, to start a broken download again. Throws Error.
  void clear();
  /// Overwrites the contents, which are the key or password of somebody.
  void wipe() noexcept;
  /// The read offset is 0 afterwards. Throws Error.
  void rewind();
  /// Nobody can change the contents from here on (F_ADD_SEALS), and the read offset is 0. Throws Error.
  void seal();

  std::uint64_t size() const noexcept { return size_; }
  int fd() const noexcept { return fd_.get(); }
  /// A memory file that somebody else has filled and not sealed.
  static MemoryFile adopt(UniqueFd fd);
  /// Gives the descriptor away; the object is empty afterwards.
  UniqueFd release() && noexcept {
    size_ = 0;
    return std::move(fd_);
  }

 private:
  explicit MemoryFile(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
  std::uint64_t size_ = 0;
};

}  // namespace kboot
