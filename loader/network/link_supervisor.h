#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "loader/network/link_events.h"
#include "loader/network/link_tools.h"
#include "loader/network/links.h"

namespace kboot {

/// Makes the links what the plan says, and keeps them so: all at once, each for itself, from the kernel's
/// start until the next kernel. It waits for nothing; whoever runs it calls step() when something happened.
class LinkSupervisor {
 public:
  /// sysfs and /run are looked for below `root`, which is empty but in tests.
  explicit LinkSupervisor(LinkTools& tools, std::string root = "") : tools_(tools), root_(std::move(root)) {}

  void set_plan(NetworkPlan plan) { plan_ = std::move(plan); }
  void heard(const RouterNews& news);
  void child_ended(pid_t child);
  /// Looks at all links and does what is to be done. What goes wrong is logged and tried again. Returns after
  /// how long it wants to be called even if nothing happens.
  std::chrono::milliseconds step();

 private:
  struct Client {
    pid_t process = -1;
    Deadline start = Deadline::in(std::chrono::milliseconds(0));  ///< not before, after it ended by itself
  };
  /// A link that is there.
  struct Known {
    std::optional<LinkPlan> done;                                 ///< what it was made
    Deadline again = Deadline::in(std::chrono::milliseconds(0));  ///< after a failure, not before
    bool carrier = false;
    Client v4;
    Client v6;
    LinkTools::Dhcp v6_kind = LinkTools::Dhcp::v6;
  };
  /// What routers said on a link.
  struct Router {
    RouterNews::Flags flags = RouterNews::Flags::none;
    std::vector<std::string> dns;
    std::vector<std::string> search;
    Deadline dns_end = Deadline::never();
    Deadline search_end = Deadline::never();
  };

  void choose_first(const std::vector<Link>& links);
  LinkPlan plan_for(const Link& link) const;
  bool is_bond_member(const Link& link) const;
  void add_virtual_links(const std::vector<Link>& links);
  void tend(const Link& link, const LinkPlan& plan);
  void apply(const Link& link, const LinkPlan& plan, Known& known);
  void keep_client(const Link& link, const LinkPlan& plan, Client& client, LinkTools::Dhcp kind, bool wanted);
  void stop(Client& client);
  void forget_gone(const std::vector<Link>& links);
  void write_state(const Link& link, const LinkPlan& plan) const;
  void write_resolv_conf(const std::vector<Link>& links) const;
  unsigned metric_of(const Link& link) const;

  LinkTools& tools_;
  std::string root_;
  NetworkPlan plan_;
  std::string first_;
  std::map<std::string, Known> known_;
  std::map<int, Router> routers_;  ///< by the link's index
};

}  // namespace kboot
