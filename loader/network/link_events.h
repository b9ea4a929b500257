#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"

namespace kboot {

/// What a router's advertisement left for others than the kernel to do.
struct RouterNews {
  int index = 0;  ///< of the link
  /// RFC 4861, 4.2: addresses (`managed`) or only the rest (`other`) are to be had by DHCPv6.
  enum class Flags { unchanged, none, other, managed } flags = Flags::unchanged;
  std::vector<std::string> dns;      ///< RFC 8106: name servers, as text
  std::vector<std::string> search;   ///< RFC 8106: domains
  std::chrono::seconds lifetime{0};  ///< of dns and search; 0 takes them back
  bool operator==(const RouterNews&) const = default;
};

/// What a message of rtnetlink(7) says of routers. `others` is set when something else about a link changed.
/// No length in it is trusted.
std::vector<RouterNews> read_link_messages(std::string_view bytes, bool& others);

/// The kernel's messages about links: new ones, carrier, what routers advertise.
class LinkEvents {
 public:
  /// Asks for all links' state, too, so that what came before is heard of. Throws Error.
  LinkEvents();
  int fd() const { return socket_.get(); }
  /// What has come; `changed` when a link did. Never waits.
  std::vector<RouterNews> read(bool& changed);

 private:
  UniqueFd socket_;
};

}  // namespace kboot
