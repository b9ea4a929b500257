#include "loader/network/clock.h"

#include <ctime>

#include "base/error.h"

namespace kboot {

// Only certificates need a clock that is right.

std::int64_t LinuxClock::now() {
  return std::time(nullptr);
}

void LinuxClock::set(std::int64_t /*seconds*/) {
  fail("left out of this kboot");
}

void LinuxClock::set_by_ntp(const std::string& /*server*/) {
  fail("left out of this kboot");
}

void mend_clock(Clock& /*clock*/, const std::vector<std::string>& /*ntp_servers*/,
                const std::function<std::int64_t()>& /*server_says*/,
                const std::function<void(const std::string&)>& /*tell*/,
                const std::function<void(const std::string&)>& /*warn*/) {}

}  // namespace kboot
