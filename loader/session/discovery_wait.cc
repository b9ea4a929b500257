#include "loader/session/discovery_wait.h"

#include <functional>

#include "base/deadline.h"
#include "base/sleep.h"

namespace kboot {

void await_discovery(const Published& published, Keyboard& keyboard, Report& report,
                     std::chrono::milliseconds longest) {
  constexpr std::chrono::milliseconds kLook{100};  // at the keyboard
  PublishedWatch watch(published.folder());
  auto found = published.read();
  std::function<bool()> is_ended;
  for (const Deadline deadline = Deadline::in(longest);
       watch.fd() >= 0 && (!found || found->looking) && !deadline.expired();) {
    if (!is_ended) {
      report.note("auto: the disks are still being looked at, any key ends the wait");
      is_ended = keyboard.watch();
    }
    if (is_ended()) return;
    sleep_until(Deadline::in(kLook));
    if (watch.changed()) found = published.read();
  }
}

}  // namespace kboot
