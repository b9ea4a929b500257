#pragma once

#include "base/shown.h"

namespace kboot {

/// syslog(3) levels that are used.
enum class LogLevel { error = 3, warning = 4, info = 6, debug = 7 };

/// One line to the kernel's log (/dev/kmsg, `kboot: …`), so that `dmesg` at the prompt tells the story. Off
/// until log_open(): on a host nothing is written. A record is one printable line, cut when it is longer than
/// the kernel takes. Does not throw.
void log_line(LogLevel level, const Shown& text) noexcept;
void log_open(const char* path = "/dev/kmsg") noexcept;

/// The same of a text with values in it, as show() has it.
template <typename... Args>
void log_error(fmt::format_string<AsShown<Args>...> format, const Args&... args) {
  log_line(LogLevel::error, show(format, args...));
}
template <typename... Args>
void log_warning(fmt::format_string<AsShown<Args>...> format, const Args&... args) {
  log_line(LogLevel::warning, show(format, args...));
}
template <typename... Args>
void log_info(fmt::format_string<AsShown<Args>...> format, const Args&... args) {
  log_line(LogLevel::info, show(format, args...));
}
template <typename... Args>
void log_debug(fmt::format_string<AsShown<Args>...> format, const Args&... args) {
  log_line(LogLevel::debug, show(format, args...));
}

}  // namespace kboot
