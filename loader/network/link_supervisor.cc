#include "loader/network/link_supervisor.h"

#include <algorithm>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"

namespace kboot {
namespace {

using Dhcp = LinkTools::Dhcp;

/// After which a failed step, or a client that ended by itself, is tried again.
constexpr std::chrono::seconds kAgain{5};
constexpr std::chrono::minutes kLook{1};
constexpr std::size_t kMaxFile = 65536;

/// Puts `text` in the place of the file's, at once; what is the same is not written.
void replace_file(const std::string& path, const std::string& text) {
  if (read_file_if_there(path, kMaxFile).value_or("") == text) return;
  with_noun(path, [&] { write_file(path, text, 0644); });
}

/// Runs one step for one link; a failure is logged, and false.
template <typename Action>
bool attempt(const std::string& link, Action&& action) {
  try {
    action();
    return true;
  } catch (const std::exception& error) {
    log_warning("{}: {}", link, describe(error));
    return false;
  }
}

std::string method_name(const LinkPlan& plan) {
  switch (plan.method) {
    case LinkPlan::Method::automatic:
      return "dhcp";
    case LinkPlan::Method::fixed:
      return "static";
    case LinkPlan::Method::off:
      return "off";
  }
  return "";
}

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
  for (const std::string& one : more)
    if (std::find(to.begin(), to.end(), one) == to.end()) to.push_back(one);
}

/// As resolv.conf(5) wants servers: behind one whose address is of the link alone stands the link (RFC 4007,
/// 11).
std::vector<std::string> with_link(std::vector<std::string> servers, const std::string& link) {
  for (std::string& server : servers) {
    in6_addr address{};
    if (::inet_pton(AF_INET6, server.c_str(), &address) == 1 && IN6_IS_ADDR_LINKLOCAL(&address))
      server += "%" + link;
  }
  return servers;
}

}  // namespace

void LinkSupervisor::heard(const RouterNews& news) {
  Router& router = routers_[news.index];
  if (news.flags != RouterNews::Flags::unchanged) router.flags = news.flags;
  if (!news.dns.empty()) {
    router.dns = news.dns;
    router.dns_end = Deadline::in(news.lifetime);
  }
  if (!news.search.empty()) {
    router.search = news.search;
    router.search_end = Deadline::in(news.lifetime);
  }
}

void LinkSupervisor::child_ended(pid_t child) {
  for (auto& [name, known] : known_) {
    for (Client* client : {&known.v4, &known.v6}) {
      if (client->process != child) continue;
      client->process = -1;
      client->start = Deadline::in(kAgain);
      log_warning("{}: the DHCP client ended; it is started again", name);
    }
  }
}

bool LinkSupervisor::is_bond_member(const Link& link) const {
  return std::any_of(plan_.links.begin(), plan_.links.end(), [&](const auto& one) {
    const std::vector<std::string>& members = one.second.bond_members;
    return std::find(members.begin(), members.end(), link.name) != members.end();
  });
}

/// Which link `plan_.first` is for; empty while none has a cable. Once found it stays the one.
void LinkSupervisor::choose_first(const std::vector<Link>& links) {
  const auto is_first = [&](const Link& link) { return link.wired && link.name == first_; };
  if (std::any_of(links.begin(), links.end(), is_first)) return;
  first_.clear();
  for (const Link& link : links) {
    if (link.wired && plan_.boot_mac == link.mac) first_ = link.name;
    if (link.wired && link.carrier && first_.empty()) first_ = link.name;
  }
}

/// The line of its own a link has, by name or by address; else what is for the first; else what is for all.
LinkPlan LinkSupervisor::plan_for(const Link& link) const {
  for (const auto& [name, plan] : plan_.links)
    if (plan.mac ? *plan.mac == link.mac : name == link.name) return plan;
  if (plan_.first && link.name == first_) return *plan_.first;
  // To see whether there is a cable, it has to be up.
  if (plan_.first && first_.empty()) return {.method = LinkPlan::Method::fixed};
  return plan_.others;
}

unsigned LinkSupervisor::metric_of(const Link& link) const {
  return plan_.boot_mac == link.mac ? 1 : static_cast<unsigned>(std::max(link.index, 1)) + 1;
}

void LinkSupervisor::add_virtual_links(const std::vector<Link>& links) {
  const auto is_there = [&](const std::string& name) {
    return std::any_of(links.begin(), links.end(), [&](const Link& link) { return link.name == name; });
  };
  for (const auto& [name, plan] : plan_.links) {
    if (is_there(name) || plan.method == LinkPlan::Method::off) continue;
    const auto vlan = vlan_name(name);
    attempt(name, [&, &link_name = name, &link_plan = plan] {
      if (!link_plan.bond_members.empty()) {
        tools_.add_bond(link_name, link_plan.bond_mode);
        tools_.up(link_name);
      } else if (vlan && is_there(vlan->parent)) {
        tools_.add_vlan(link_name, *vlan);
        tools_.up(link_name);
      }
    });
  }
  for (const auto& [name, plan] : plan_.links) {
    for (const std::string& member : plan.bond_members) {
      if (!is_there(member) || !is_there(name)) continue;
      Known& known = known_[member];
      if (known.done || !known.again.expired()) continue;
      const bool added = attempt(member, [&, &bond = name] { tools_.add_to_bond(bond, member); });
      if (added) known.done = LinkPlan{};
      known.again = Deadline::in(kAgain);
    }
  }
}

void LinkSupervisor::stop(Client& client) {
  if (client.process >= 0) tools_.stop(client.process);
  client = {};
}

void LinkSupervisor::apply(const Link& link, const LinkPlan& plan, Known& known) {
  stop(known.v4);
  stop(known.v6);
  for (const char* kind : {"lease.", "lease6."})
    ::unlink(fmt::format("{}/run/kboot/{}{}", root_, kind, link.name).c_str());
  if (known.done || plan.method == LinkPlan::Method::off) tools_.down(link.name);
  if (plan.method == LinkPlan::Method::off) return;
  if (plan.mtu) tools_.set_mtu(link.name, *plan.mtu);
  // Older kernels have none, and one without IPv6 has no such folder.
  attempt(link.name, [&] { tools_.set_router_metric(link.name, metric_of(link)); });
  tools_.up(link.name);
  if (plan.method == LinkPlan::Method::fixed) tools_.set_addresses(link.name, plan, metric_of(link));
}

void LinkSupervisor::keep_client(const Link& link, const LinkPlan& plan, Client& client, Dhcp kind,
                                 bool wanted) {
  if (!wanted) return stop(client);
  if (client.process >= 0 || !client.start.expired()) return;
  attempt(link.name,
          [&] { client.process = tools_.start_dhcp(link.name, kind, metric_of(link), plan.server); });
  if (client.process < 0) client.start = Deadline::in(kAgain);
}

void LinkSupervisor::tend(const Link& link, const LinkPlan& plan) {
  Known& known = known_[link.name];
  if (known.done != plan) {
    if (!known.again.expired()) return;
    if (!attempt(link.name, [&] { apply(link, plan, known); })) {
      known.again = Deadline::in(kAgain);
      return;
    }
    known.done = plan;
  }
  const bool automatic = plan.method == LinkPlan::Method::automatic;
  const bool plugged_in_again = link.carrier && !known.carrier;
  known.carrier = link.carrier;
  if (plugged_in_again && known.v4.process >= 0) tools_.renew(known.v4.process);

  // A question that is asked without a cable is lost. A client that runs goes on: the cable may come back.
  keep_client(link, plan, known.v4, Dhcp::v4, automatic && (link.carrier || known.v4.process >= 0));
  const Router& router = routers_[link.index];
  const Dhcp kind = router.flags == RouterNews::Flags::other ? Dhcp::v6_no_address : Dhcp::v6;
  if (kind != known.v6_kind || plugged_in_again) stop(known.v6);
  known.v6_kind = kind;
  const bool ask_v6 = router.flags == RouterNews::Flags::other || router.flags == RouterNews::Flags::managed;
  keep_client(link, plan, known.v6, kind, automatic && link.carrier && ask_v6);
}

void LinkSupervisor::forget_gone(const std::vector<Link>& links) {
  for (auto known = known_.begin(); known != known_.end();) {
    const bool there =
        std::any_of(links.begin(), links.end(), [&](const Link& link) { return link.name == known->first; });
    if (!there) {
      stop(known->second.v4);
      stop(known->second.v6);
      for (const char* kind : {"lease.", "lease6.", "link."})
        ::unlink(fmt::format("{}/run/kboot/{}{}", root_, kind, known->first).c_str());
    }
    known = there ? std::next(known) : known_.erase(known);
  }
}

void LinkSupervisor::write_state(const Link& link, const LinkPlan& plan) const {
  std::vector<std::string> dns = plan.dns;
  std::vector<std::string> search = plan.search;
  if (const auto router = routers_.find(link.index); router != routers_.end()) {
    if (!router->second.dns_end.expired()) append(dns, router->second.dns);
    if (!router->second.search_end.expired()) append(search, router->second.search);
  }
  const std::string method = is_bond_member(link) ? "bond member" : method_name(plan);
  std::string text =
      fmt::format("method={}\ndns={}\nsearch={}\n", method, printable(join(dns)), printable(join(search)));
  if (plan.server && plan.method == LinkPlan::Method::automatic)
    text += fmt::format("server={}\n", *plan.server);
  replace_file(fmt::format("{}/run/kboot/link.{}", root_, link.name), text);
}

/// resolv.conf(5): what the configuration says, then links in their order.
void LinkSupervisor::write_resolv_conf(const std::vector<Link>& links) const {
  std::vector<std::string> dns = plan_.dns;
  std::vector<std::string> search = plan_.search;
  for (const Link& link : links) {
    append(dns, with_link(link.state.dns, link.name));
    append(search, link.state.search);
    for (const auto& lease : {link.lease, link.lease6}) {
      if (!lease) continue;
      append(dns, with_link(split_blanks(lease->dns), link.name));
      append(search, split_blanks(lease->domain));
    }
  }
  std::string text;
  for (const std::string& server : dns) text += fmt::format("nameserver {}\n", printable(server));
  if (!search.empty()) text += fmt::format("search {}\n", printable(join(search)));
  replace_file(root_ + "/etc/resolv.conf", text);
}

std::chrono::milliseconds LinkSupervisor::step() {
  std::vector<Link> links = read_links(root_, {});
  add_virtual_links(links);
  links = read_links(root_, {});
  choose_first(links);
  for (const Link& link : links) {
    const bool made_by_us = plan_.links.contains(link.name);
    if (!link.wired && !made_by_us) continue;
    const LinkPlan plan = plan_for(link);
    if (!is_bond_member(link)) tend(link, plan);
    attempt(link.name, [&] { write_state(link, plan); });
  }
  forget_gone(links);
  attempt("resolv.conf", [&] { write_resolv_conf(read_links(root_, {})); });

  const bool waiting = std::any_of(known_.begin(), known_.end(), [](const auto& one) {
    const Known& known = one.second;
    return !known.again.expired() || !known.v4.start.expired() || !known.v6.start.expired();
  });
  return waiting ? std::chrono::milliseconds(kAgain) : std::chrono::milliseconds(kLook);
}

}  // namespace kboot
