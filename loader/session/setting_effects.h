#pragma once

#include <string>

#include "loader/session/booter.h"
#include "loader/session/configuration.h"
#include "loader/session/fetch_policy.h"
#include "loader/session/session_state.h"
#include "loader/terminal/report.h"

namespace kboot {

class Session;

/// What follows from the settings: for the paths and downloads of this session, and for the machine. What
/// follows from one of them stands in one table row, whether it was configured or typed.
class SettingEffects {
 public:
  /// What they work on. The session is for the settings of the ssh server and the console, which are files.
  struct Parts {
    Session& session;
    SessionState& state;
    const System& system;
    Report& report;
    FetchPolicy& fetch_policy;
    Booter& booter;
  };
  explicit SettingEffects(const Parts& parts) : parts_(parts) {}

  /// The variables are those of a configuration that was read: see Session::configure().
  void configure(Configuration configuration, FstabOf fstab_of);
  /// A variable was typed. Throws Error when it comes too late, or when what it asks for fails; Cancelled.
  void assign(const std::string& name, const std::string& value);

 private:
  /// Reads the settings anew and gives them to the parts.
  void apply_settings();

  Parts parts_;
};

}  // namespace kboot
