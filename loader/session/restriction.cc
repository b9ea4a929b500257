#include "loader/session/restriction.h"

#include <chrono>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "loader/terminal/shown.h"

namespace kboot {

void Restriction::refuse() {
  fail(
      "restricted: only labels as they are defined, help, menu, status, reboot and poweroff; unlock asks for "
      "the password");
}

Target Restriction::allowed(const Words& line) {
  if (line.label) {
    if (line.more_than_label) refuse();
    auto boot = interpreter_.find_boot(line.words);
    if (!boot) refuse();
    return *std::move(boot);
  }
  const Command* command = find_command(system_.commands, line.words[0]);
  if (command == nullptr || !command->when_restricted || line.words.size() > 1) refuse();
  return CommandCall{command, {}};
}

void Restriction::lift() {
  if (!state_.settings.password) fail("no password is set: this machine stays restricted");
  const SecretText password = system_.keyboard.ask_secret("Password: ");
  const auto before_waiting = [this](std::chrono::seconds wait) {
    report_.note(show("wrong passwords were typed: this one is looked at in {} s", wait.count()));
  };
  if (!system_.password_guard.check(password.reveal(), *state_.settings.password, before_waiting)) {
    log_warning("unlock: a wrong password");
    fail("wrong password");
  }
  log_info("unlocked");
  state_.unlocked = true;
}

}  // namespace kboot
