#pragma once

#include "loader/session/interpreter.h"
#include "loader/session/session_state.h"
#include "loader/terminal/report.h"

namespace kboot {

/// What `restricted=true` leaves of the language, and the password that lifts it: kboot(8), RESTRICTED.
class Restriction {
 public:
  Restriction(SessionState& state, const System& system, Report& report, Interpreter& interpreter)
      : state_(state), system_(system), report_(report), interpreter_(interpreter) {}

  /// Whether it counts: `restricted=true`, and nobody has given the password here.
  bool holds() const { return state_.restricted(); }
  /// What words do under it: a label as it is, and the commands that may run without arguments. Throws Error
  /// for all others.
  Target allowed(const Words& line);
  /// Throws the Error that says what may be typed.
  [[noreturn]] static void refuse();
  /// Asks for the password; the restriction is gone then. Throws Error when it is wrong, Cancelled.
  void lift();

 private:
  SessionState& state_;
  const System& system_;
  Report& report_;
  Interpreter& interpreter_;
};

}  // namespace kboot
