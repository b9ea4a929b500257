#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace kboot {

/// The machine's clock, in seconds since 1970, UTC.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t now() = 0;
  /// Throws Error.
  virtual void set(std::int64_t seconds) = 0;
  /// Sets it to what an NTP server says (RFC 5905). Throws Error after a few seconds without an answer,
  /// Cancelled.
  virtual void set_by_ntp(const std::string& server) = 0;
};

class LinuxClock final : public Clock {
 public:
  std::int64_t now() override;
  void set(std::int64_t seconds) override;
  void set_by_ntp(const std::string& server) override;
};

/// A clock that says a time before this kboot was made is wrong, and no certificate's dates can be judged by
/// it: sets it by the first of `ntp_servers` that answers; else by `server_says`, the time that the server
/// says which is about to be asked for a file. `tell` is told what was done, `warn` that it proves little.
/// Throws Cancelled only: a clock that stays wrong is told, and shows in what is said of the certificate.
void mend_clock(Clock& clock, const std::vector<std::string>& ntp_servers,
                const std::function<std::int64_t()>& server_says,
                const std::function<void(const std::string&)>& tell,
                const std::function<void(const std::string&)>& warn);

}  // namespace kboot
