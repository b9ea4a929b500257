#pragma once

#include <chrono>

#include <sys/types.h>

#include "base/unique_fd.h"
#include "loader/consoles/consoles.h"

namespace kboot {

/// Keeps autoboot waiting while it lives.
class Held {
 public:
  virtual ~Held() = default;
};

/// Keeps autoboot waiting for an ssh session that has no prompt, while kboot waits for what it runs: a line,
/// a shell, a copy. A process of its own does it, which also looks for keys on the terminal, if there is one.
class HoldProcess final : public Held {
 public:
  /// Begins at once; gives autoboot free when there was no key for `longest` (0: never), or `connection`, a
  /// process, has ended (0: there is none).
  HoldProcess(Consoles& consoles, std::chrono::seconds longest, pid_t connection);
  /// Ends it, as this process's own end does.
  ~HoldProcess() override;
  HoldProcess(const HoldProcess&) = delete;
  HoldProcess& operator=(const HoldProcess&) = delete;

 private:
  UniqueFd alive_;  ///< the other end of it tells the process that this one has ended
  pid_t process_ = -1;
};

}  // namespace kboot
