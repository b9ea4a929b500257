#pragma once

#include <functional>
#include <string>
#include <utility>

#include "base/unique_fd.h"
#include "config/network_plan.h"
#include "config/variables.h"

namespace kboot {

/// What sessions know of the network, for the daemon that makes the links so; and how far it has come.
class NetworkSettings {
 public:
  /// `folder` is where sessions and the daemon meet: one that is not there has no daemon.
  /// `built_in` gives what counts before a session has read anything.
  explicit NetworkSettings(std::function<Variables()> built_in, std::string folder = "/run/kboot")
      : built_in_(std::move(built_in)), folder_(std::move(folder)) {}

  /// `net.*` and `ip` of a session's configuration. The first session that has read one counts; later ones
  /// change nothing. Throws Error.
  void publish(const Variables& variables) const;
  /// One setting that was typed. Throws Error.
  void publish(const std::string& name, const std::string& value) const;

  /// What counts now, as kboot.conf: what was published, else what is built in and on the kernel's command
  /// line.
  std::string text() const;
  /// For the daemon: the links are what `text` says, as far as that could be done. A failure is logged.
  void set_done(const std::string& text) const noexcept;
  /// Whether the daemon has done what counts now. Where there is none, nothing is to be done.
  bool done() const;

 private:
  UniqueFd lock() const;
  std::string published() const;
  std::string done_file() const;

  std::function<Variables()> built_in_;
  std::string folder_;
};

/// The plan that settings' text describes. Mistakes in it are not reported: the sessions do that.
NetworkPlan plan_of_settings(const std::string& text);

}  // namespace kboot
