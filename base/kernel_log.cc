#include "base/kernel_log.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/redact.h"
#include "base/text.h"

namespace kboot {
namespace {

constexpr std::string_view kPrefix = "kboot: ";

/// Takes a number and the character behind it off the front; nothing when it is not there.
std::optional<std::uint64_t> take_number(std::string_view& text, std::string_view ends) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto length = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || length == text.size() || ends.find(*end) == std::string_view::npos) return {};
  text.remove_prefix(length + (*end == ';' ? 0 : 1));
  return number;
}

/// Takes back the kernel's `\xNN`, with which it writes control characters, bytes beyond ASCII and `\`.
std::string unescape(std::string_view text) {
  constexpr std::size_t kLength = 4;
  std::string result;
  while (!text.empty()) {
    unsigned char byte = 0;
    if (text.size() >= kLength && text.starts_with("\\x") &&
        std::from_chars(text.data() + 2, text.data() + kLength, byte, 16).ptr == text.data() + kLength) {
      result += static_cast<char>(byte);
      text.remove_prefix(kLength);
    } else {
      result += text.front();
      text.remove_prefix(1);
    }
  }
  return result;
}

}  // namespace

std::optional<KernelRecord> parse_kernel_record(std::string_view record) {
  const auto priority = take_number(record, ",");
  const auto sequence = priority ? take_number(record, ",") : std::nullopt;
  const auto microseconds = sequence ? take_number(record, ",;") : std::nullopt;
  const std::size_t text = record.find(';');
  if (!microseconds || text == std::string_view::npos) return std::nullopt;
  record.remove_prefix(text + 1);
  return KernelRecord{static_cast<unsigned>(*priority & 7U), *microseconds, *priority >> 3U != 0,
                      unescape(record.substr(0, record.find('\n')))};
}

KernelLog::KernelLog(const char* path, From from)
    : path_(path), fd_(::open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
  if (!fd_ || (from == From::now && ::lseek(fd_.get(), 0, SEEK_END) < 0)) fail_errno(errno, path_);
}

std::optional<KernelRecord> KernelLog::next() {
  constexpr std::size_t kMaxRecord =
      8192;  // Linux: CONSOLE_EXT_LOG_MAX, what one read(2) has to have room for
  std::array<char, kMaxRecord> buffer{};
  for (;;) {
    Interrupt::throw_if_requested();
    const ssize_t length = ::read(fd_.get(), buffer.data(), buffer.size());
    if (length < 0 && (errno == EPIPE || errno == EINTR)) continue;  // EPIPE: newer records took its place
    if (length < 0 && errno != EAGAIN) fail_errno(errno, path_);
    if (length <= 0) return std::nullopt;
    auto record = parse_kernel_record({buffer.data(), static_cast<std::size_t>(length)});
    if (!record) continue;
    record->text = printable(redact_line(record->text));
    return record;
  }
}

std::vector<KernelRecord> read_kernel_log(const char* path) {
  KernelLog log(path);
  std::vector<KernelRecord> records;
  while (auto record = log.next()) records.push_back(std::move(*record));
  return records;
}

std::vector<KernelRecord> only_kboots(std::vector<KernelRecord> records) {
  const auto is_other = [](const KernelRecord& record) {
    return !record.from_program || !record.text.starts_with(kPrefix);
  };
  records.erase(std::remove_if(records.begin(), records.end(), is_other), records.end());
  for (KernelRecord& record : records) record.text.erase(0, kPrefix.size());
  return records;
}

std::string kernel_log_text(const std::vector<KernelRecord>& records) {
  constexpr std::uint64_t kSecond = 1000000;
  constexpr std::uint64_t kHundredth = kSecond / 100;
  std::string text;
  for (const KernelRecord& record : records) {
    text += fmt::format("{:>5}.{:02}  {}\n", record.microseconds / kSecond,
                        record.microseconds % kSecond / kHundredth, printable(record.text));
  }
  return text;
}

}  // namespace kboot
