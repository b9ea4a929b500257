#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/settings.h"
#include "loader/consoles/consoles.h"
#include "loader/entries/published.h"
#include "loader/network/network.h"

namespace kboot {

/// Who this machine is, for whoever stands before it: what is known when the first prompt appears, which
/// waits for nothing, and then what becomes known. Each is told once.
class FirstScreen {
 public:
  /// All outlive it. With `names_found`, what the discovery found is told, too; `list_command` shows all.
  FirstScreen(Network& network, const Consoles& consoles, const Published& published,
              bool names_found = false, std::string list_command = "entries")
      : network_(network),
        consoles_(consoles),
        published_(published),
        watch_(published.folder()),
        names_found_(names_found),
        list_command_(std::move(list_command)) {}

  /// Lines of at most 80 columns: kboot's version and the machine's name, its links, the ssh server's key.
  std::vector<std::string> lines(const std::string& hostname);
  /// What can be booted, once all disks have been looked at.
  std::optional<std::string> found();
  /// A line about an address, a key or boot entries that came since; nothing when there is nothing new.
  std::optional<std::string> news();

 private:
  std::optional<std::string> new_host_key();
  void note(const std::vector<Link>& links);

  Network& network_;
  const Consoles& consoles_;
  const Published& published_;
  PublishedWatch watch_;
  bool names_found_;
  bool read_ = false;  ///< what was published before the watch began
  std::optional<PublishedEntries> last_;
  std::string list_command_;
  bool host_key_told_ = false;
  std::set<std::string> told_;  ///< links whose address was told
  int looks_ = 0;               ///< of news()
};

/// What happens when nobody types, where no autoboot says it: how to start, or to find out how.
std::string first_hint(const Settings& settings, bool restricted);

}  // namespace kboot
