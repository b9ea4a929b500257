#pragma once

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace kboot {

/// syslog(3) levels that are used.
enum class LogLevel { error = 3, warning = 4, info = 6, debug = 7 };

/// One line to the kernel's log (/dev/kmsg, `kboot: …`), so that `dmesg` at the prompt tells the story. Off
/// until log_open(): on a host nothing is written. A record is one printable line, cut when it is longer than
/// the kernel takes. Never given passwords or URLs that are not redacted. Does not throw.
void log_line(LogLevel level, std::string_view text) noexcept;
void log_open(const char* path = "/dev/kmsg") noexcept;

template <typename... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::info, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void log_debug(fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void log_warning(fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::warning, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace kboot
