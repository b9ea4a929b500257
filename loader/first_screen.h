#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/settings.h"
#include "loader/consoles.h"
#include "loader/network.h"

namespace kboot {

/// Who this machine is, for whoever stands before it: what is known when the first prompt appears, which
/// waits for nothing, and then what becomes known. Each is told once.
class FirstScreen {
 public:
  /// Both outlive it.
  FirstScreen(Network& network, const Consoles& consoles) : network_(network), consoles_(consoles) {}

  /// Lines of at most 80 columns: kboot's version and the machine's name, its links, the ssh server's key.
  std::vector<std::string> lines(const std::string& hostname);
  /// A line about an address or a key that came since; nothing when there is nothing new.
  std::optional<std::string> news();

 private:
  std::optional<std::string> new_host_key();
  void note(const std::vector<Link>& links);

  Network& network_;
  const Consoles& consoles_;
  bool host_key_told_ = false;
  std::set<std::string> told_;  ///< links whose address was told
  int looks_ = 0;               ///< of news()
};

/// What happens when nobody types, where no autoboot says it: how to start, or to find out how.
std::string first_hint(const Settings& settings, bool restricted);

}  // namespace kboot
