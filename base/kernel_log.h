#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"

namespace kboot {

/// A line of the kernel's log.
struct KernelRecord {
  unsigned level = 0;              ///< as in syslog(3): 3 is an error, 6 is for information
  std::uint64_t microseconds = 0;  ///< since the kernel started
  bool from_program = false;       ///< written by a program, not by the kernel
  std::string text;                ///< not printable as it is: may hold any byte
  bool operator==(const KernelRecord&) const = default;
};

/// A record as /dev/kmsg gives it (Linux: Documentation/ABI/testing/dev-kmsg): `6,339,5140900,-;text`, then
/// lines about the device, which are left out. Nothing for what is none.
std::optional<KernelRecord> parse_kernel_record(std::string_view record);

/// Reads the kernel's log. What is secret in a record (shown_line()) is not in what it
/// gives: the kernel logs its own command line as it is.
class KernelLog {
 public:
  enum class From { beginning, now };
  /// From::now: only what is logged from here on. Throws Error.
  explicit KernelLog(const char* path = "/dev/kmsg", From from = From::beginning);
  /// The next record; nothing when there is none yet. Throws Error, Cancelled.
  std::optional<KernelRecord> next();
  /// Readable when there is one.
  int fd() const { return fd_.get(); }

 private:
  std::string path_;
  UniqueFd fd_;
};

/// All the records that the kernel still has. Throws Error, Cancelled.
std::vector<KernelRecord> read_kernel_log(const char* path = "/dev/kmsg");

/// The records that log_line() wrote (base/log.h), their prefix taken off.
std::vector<KernelRecord> only_kboots(std::vector<KernelRecord> records);

/// `   3.14  text` for each, printable.
std::string kernel_log_text(const std::vector<KernelRecord>& records);

}  // namespace kboot
