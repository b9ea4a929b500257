#include "loader/attempts/boot_state_folder.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

namespace kboot {
namespace {

constexpr const char* kState = "kboot-state";
constexpr std::size_t kMaxRequest = 256;  // bytes
/// Between the beginnings of the two slots. Twice what a slot takes: a disk with sectors of 4096 bytes reads,
/// changes and writes such a sector as a whole, and a power cut spoils all of it, wherever on it the file
/// begins.
constexpr off_t kStride = 2 * BootStateMedium::kSlotSize;
constexpr off_t kFileSize = kStride + BootStateMedium::kSlotSize;

void write_at(int file, std::string_view bytes, off_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), offset);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_errno(errno, kState);
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += written;
  }
}

}  // namespace

BootStateFolder::BootStateFolder(const std::string& path)
    : folder_(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)) {
  if (!folder_) fail_errno(errno, "");
}

/// A regular file, or none and ENOENT.
UniqueFd BootStateFolder::open(const char* name, int flags) const {
  // O_NONBLOCK: a FIFO must not hang us.
  UniqueFd file(::openat(folder_.get(), name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  if (!file && errno != ENOENT) fail_errno(errno, name);
  struct stat status {};
  if (file && (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)))
    fail("{}: not a regular file", name);
  return file;
}

std::string BootStateFolder::read_slot(int slot) {
  const UniqueFd file = open(kState, O_RDONLY);
  if (!file) return "";
  std::string bytes(kSlotSize, '\0');
  const ssize_t length = ::pread(file.get(), bytes.data(), bytes.size(), slot * kStride);
  if (length < 0) fail_errno(errno, kState);
  bytes.resize(static_cast<std::size_t>(length));
  return bytes;
}

/// Gives the file all its blocks, for good: from here on no write changes anything but what is in them.
void BootStateFolder::fill_up(int file) const {
  struct stat status {};
  if (::fstat(file, &status) != 0) fail_errno(errno, kState);
  if (status.st_size >= kFileSize) return;
  write_at(file, std::string(static_cast<std::size_t>(kFileSize - status.st_size), '\0'), status.st_size);
  if (::fsync(file) != 0 || ::fsync(folder_.get()) != 0) fail_errno(errno, kState);
}

void BootStateFolder::write_slot(int slot, const std::string& bytes) {
  const UniqueFd file = open(kState, O_WRONLY | O_CREAT | O_DSYNC);
  if (!file) fail_errno(ENOENT, kState);
  fill_up(file.get());
  std::string whole = bytes;
  whole.resize(kSlotSize, '\0');
  write_at(file.get(), whole, slot * kStride);
}

bool BootStateFolder::success_reported() {
  struct stat status {};
  return ::fstatat(folder_.get(), "kboot-good", &status, AT_SYMLINK_NOFOLLOW) == 0;
}

std::optional<std::string> BootStateFolder::request() {
  const UniqueFd file = open("kboot-once", O_RDONLY);
  if (!file) return std::nullopt;
  return read_head(file.get(), kMaxRequest);
}

void BootStateFolder::remove(const char* name) const {
  if (::unlinkat(folder_.get(), name, 0) != 0 && errno != ENOENT) fail_errno(errno, name);
  if (::fsync(folder_.get()) != 0) fail_errno(errno, name);
}

}  // namespace kboot
