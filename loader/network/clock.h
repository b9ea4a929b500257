#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace kboot {

/// Who knows what time it is, and who is told what was made of it.
struct ClockSources {
  std::vector<std::string> ntp_servers;
  /// The time that the server says which is about to be asked for a file. Throws Error, Cancelled.
  std::function<std::int64_t()> server_says;
  std::function<void(const std::string&)> tell;  ///< what was done
  std::function<void(const std::string&)> warn;  ///< that it proves little
};

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
  /// One that is wrong is set right, as far as that can be: mend_clock(). Throws Cancelled only.
  virtual void mend(const ClockSources& sources) = 0;
};

class LinuxClock final : public Clock {
 public:
  std::int64_t now() override;
  void set(std::int64_t seconds) override;
  void set_by_ntp(const std::string& server) override;
  void mend(const ClockSources& sources) override;
};

/// A clock that says a time before this kboot was made is wrong, and no certificate's dates can be judged by
/// it: sets it by the first NTP server that answers; else by what the server says. Throws Cancelled only: a
/// clock that stays wrong is told, and shows in what is said of the certificate.
void mend_clock(Clock& clock, const ClockSources& sources);

}  // namespace kboot
