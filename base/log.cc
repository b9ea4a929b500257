#include "base/log.h"

#include <cstddef>

#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"
#include "base/unique_fd.h"

namespace kboot {
namespace {

/// printk refuses a record of more than about 1000 bytes (EINVAL); this leaves room for the prefix.
constexpr std::size_t kMaxRecord = 900;

UniqueFd& log_fd() {
  static UniqueFd fd;
  return fd;
}

}  // namespace

void log_open(const char* path) noexcept {
  log_fd().reset(::open(path, O_WRONLY | O_APPEND | O_CLOEXEC));
}

void log_line(LogLevel level, const Shown& text) noexcept {
  if (!log_fd()) return;
  try {
    // One write is one record. printable_head() keeps a newline in `text` from starting a record of its own.
    const std::string record =
        fmt::format("<{}>kboot: {}\n", static_cast<int>(level), printable_head(text.str(), kMaxRecord));
    // A log that cannot be written is nobody's reason to stop.
    if (::write(log_fd().get(), record.data(), record.size()) < 0) return;
  } catch (...) {  // NOLINT(bugprone-empty-catch): out of memory, see above
  }
}

}  // namespace kboot
