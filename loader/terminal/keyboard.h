#pragma once

#include <functional>
#include <string>

#include "base/secret_text.h"

namespace kboot {

/// What the person at this terminal types besides lines. The real one is TerminalKeyboard; tests have one
/// that types by itself.
class Keyboard {
 public:
  virtual ~Keyboard() = default;
  /// Asks for something that is not shown while it is typed, such as a password. Throws Cancelled for ^C,
  /// Error when the person does not answer within a minute or hangs up.
  virtual SecretText ask_secret(const std::string& prompt) = 0;
  /// Starts to look out for a key. The function returned tells whether one was pressed since; the key is
  /// spent. The terminal is back to normal when the function is destroyed. Without a terminal nobody ever
  /// presses one.
  virtual std::function<bool()> watch() = 0;
};

/// Standard input: a terminal, or a stream of which a secret is one line.
class TerminalKeyboard final : public Keyboard {
 public:
  SecretText ask_secret(const std::string& prompt) override;
  std::function<bool()> watch() override;
};

}  // namespace kboot
