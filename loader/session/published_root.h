#pragma once

#include <string>

#include "loader/entries/published.h"
#include "loader/session/session_state.h"
#include "loader/terminal/report.h"
#include "pathfs/root_search.h"

namespace kboot {

/// The booted system's root among what the discovery has published.
class PublishedRoot final : public RootSearch {
 public:
  /// All outlive it.
  PublishedRoot(SessionState& state, const Published& published, Report& report)
      : state_(state), published_(published), report_(report) {}

  /// Takes the only file system with an /etc/fstab, and says so once. In restricted mode, and with
  /// `kboot=local`, no disk has a say in what a path means.
  bool take_root(Resolver& resolver) override;
  std::string candidates() override;

 private:
  SessionState& state_;
  const Published& published_;
  Report& report_;
};

}  // namespace kboot
