#include "loader/consoles/elsewhere.h"

#include <utility>

#include <fmt/format.h>

namespace kboot {

void Elsewhere::start() {
  // The end of one that was told of is news.
  if (!boot_) boot_ = consoles_.booting();
  holder_ = consoles_.holder();
  key_ = consoles_.key_elsewhere();
}

std::optional<std::string> Elsewhere::news(bool autoboot) {
  const auto boot = consoles_.booting();
  const auto before = std::exchange(boot_, boot);
  if (boot && (!before || before->line != boot->line || before->console != boot->console)) {
    return boot->str() + (boot->stoppable ? "; ^C stops it" : "");
  }
  if (before && !boot) return fmt::format("{} no longer boots", before->console);

  const auto holder = consoles_.holder();
  const auto key = consoles_.key_elsewhere();
  const bool new_holder = std::exchange(holder_, holder) != holder;
  const bool new_key = std::exchange(key_, key) != key;
  if (!autoboot) return std::nullopt;
  if (new_holder)
    return holder ? fmt::format("autoboot waits for {}", *holder)
                  : std::string("nobody holds autoboot any more");
  if (new_key && key) return fmt::format("autoboot waits: a key was pressed on {}", *key);
  return std::nullopt;
}

}  // namespace kboot
