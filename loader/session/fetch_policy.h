#pragma once

#include <string>

#include "loader/session/session_state.h"
#include "loader/terminal/report.h"
#include "netfetch/url.h"
#include "pathfs/server_policy.h"

namespace kboot {

/// What happens before a server is asked for anything: the wait for the network, the warning that a
/// certificate is not verified, a clock by which one can be judged, the proxy.
class FetchPolicy final : public ServerPolicy {
 public:
  /// The resolver asks it as long as it lives.
  FetchPolicy(const SessionState& state, const System& system, Report& report);
  ~FetchPolicy() override;
  FetchPolicy(const FetchPolicy&) = delete;
  FetchPolicy& operator=(const FetchPolicy&) = delete;

  /// The settings are others: takes the proxy that they name.
  void take_proxy();
  /// In the loader, as network_wait.h has it. Throws Error, Cancelled.
  void await_network(const std::string& server) override;
  /// Whether await_network() would not wait.
  bool reaches(const std::string& server);
  void before_fetch(const Url& url) override;

 private:
  /// Without a clock that can be right an https server's certificate cannot be judged.
  void set_clock_for(const Url& url);

  const SessionState& state_;
  const System& system_;
  Report& report_;
};

}  // namespace kboot
