#include "base/unique_fd.h"

#include <unistd.h>

namespace kboot {

void UniqueFd::reset(int fd) noexcept {
  // Not retried on EINTR: Linux has released the descriptor by then, and another thread may hold its number.
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

}  // namespace kboot
