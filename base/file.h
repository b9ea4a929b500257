#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "base/unique_fd.h"

namespace kboot {

/// Opens for reading (O_CLOEXEC); does not wait for the other end of a FIFO. Throws Error with errno's words
/// only: the caller adds the name.
UniqueFd open_for_reading(const std::string& path);

/// The first `limit` bytes of `fd` from offset 0 (fewer if the file is shorter); the offset is not moved. Of
/// a pipe, the next ones. Throws Error, Cancelled.
std::string read_head(int fd, std::size_t limit);

/// Size in bytes of the regular file (or memfd) behind `fd`. Throws Error.
std::uint64_t file_size(int fd);

/// Reads the whole regular file behind `fd` and keeps nothing; the offset is not moved. Throws Error,
/// Cancelled.
void read_through(int fd);

/// The whole file; what is still to come when `fd` is a pipe. Throws Error when that is more than `limit`
/// bytes.
std::string read_file(int fd, std::size_t limit);

/// The whole file at `path` in this process's own file system, or nothing when there is no such file.
/// Other failures, and more than `limit` bytes, throw Error without the name.
std::optional<std::string> read_file_if_there(const std::string& path, std::size_t limit);

/// What a small file says (of sysfs, /proc, /run), without blanks around it: empty when it is not there,
/// cannot be read (a link that is down has a `carrier` that cannot) or is larger than 64 KB. Throws
/// Cancelled.
std::string read_small_file(const std::string& path);

/// Makes a folder that only its owner may enter, and those above it, which all may; one that is there already
/// is fine. Throws Error.
void make_directories(const std::string& path);

/// Writes a file with that mode; a reader sees the old one or the new one, whole. Throws Error without the
/// name.
void write_file(const std::string& path, std::string_view contents, mode_t mode);

}  // namespace kboot
