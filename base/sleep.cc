#include "base/sleep.h"

#include <poll.h>

#include "base/interrupt.h"

namespace kboot {

void sleep_until(const Deadline& deadline) {
  do {
    pollfd interrupt{Interrupt::fd(), POLLIN, 0};
    ::poll(&interrupt, 1, deadline.poll_timeout());
    Interrupt::throw_if_requested();
  } while (!deadline.expired());
}

}  // namespace kboot
