#include "loader/network/clock.h"

#include <cerrno>
#include <ctime>

#include "base/error.h"
#include "base/log.h"
#include "base/process.h"
#include "base/text.h"

namespace kboot {
namespace {

constexpr const char* kNtpWait = "8";  // seconds; ntpd asks at once and again after a few

std::string clock_text(std::int64_t seconds) {
  return utc_text(seconds, "%Y-%m-%d %H:%M:%S UTC");
}

}  // namespace

std::int64_t LinuxClock::now() {
  return std::time(nullptr);
}

void LinuxClock::set(std::int64_t seconds) {
  const timespec time{.tv_sec = seconds, .tv_nsec = 0};
  if (::clock_settime(CLOCK_REALTIME, &time) != 0) fail_errno(errno, "set the clock");
}

void LinuxClock::set_by_ntp(const std::string& server) {
  // -q: set the clock and end; -n: in the foreground.
  const ProcessResult result =
      run_captured({"/bin/busybox", "timeout", kNtpWait, "/bin/busybox", "ntpd", "-n", "-q", "-p", server});
  if (result.status == 0) return;
  const std::string said = last_line(result.output);
  fail("no answer by NTP{}{}", said.empty() ? "" : ": ", said);
}

void LinuxClock::mend(const ClockSources& sources) {
  mend_clock(*this, sources);
}

void mend_clock(Clock& clock, const ClockSources& sources) {
  constexpr std::int64_t kMade = KBOOT_RELEASED;
  if (clock.now() >= kMade) return;
  sources.tell(fmt::format("the clock is wrong: it says {}", clock_text(clock.now())));
  for (const std::string& server : sources.ntp_servers) {
    try {
      clock.set_by_ntp(server);
      if (clock.now() < kMade) fail("it says {}", clock_text(clock.now()));
      log_info("clock set by NTP from {}: {}", printable(server), clock_text(clock.now()));
      return sources.tell(
          fmt::format("the clock is set by NTP from {}: {}", printable(server), clock_text(clock.now())));
    } catch (const Cancelled&) {
      throw;
    } catch (const Error& error) {
      sources.tell(fmt::format("{}: {}", printable(server), describe(error)));
    }
  }
  try {
    const std::int64_t said = sources.server_says();
    if (said < kMade) fail("it says {}", clock_text(said));
    clock.set(said);
    log_warning("clock set by what the server says: {}", clock_text(said));
    sources.warn(fmt::format(
        "the clock is set to what the server says, {}: an old certificate of its would not be noticed",
        clock_text(said)));
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    sources.tell(fmt::format("the clock stays wrong: {}", describe(error)));
  }
}

}  // namespace kboot
