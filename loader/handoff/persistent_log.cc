#include "loader/handoff/persistent_log.h"

#include <algorithm>
#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/unique_fd.h"

namespace kboot {
namespace {

constexpr const char* kDevice = "/dev/pmsg0";

}  // namespace

bool Pmsg::is_there() {
  return ::access(kDevice, W_OK) == 0;
}

void Pmsg::write(const std::string& text) {
  const UniqueFd device(::open(kDevice, O_WRONLY | O_CLOEXEC));
  if (!device) fail_errno(errno, kDevice);
  // Of a single write, what is longer than the whole memory would leave out its begin in the middle of a
  // line.
  constexpr std::size_t kMost = 4096;  // bytes
  for (std::string_view left = text; !left.empty();) {
    const ssize_t written = ::write(device.get(), left.data(), std::min(left.size(), kMost));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_errno(errno, kDevice);
    left.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace kboot
