#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "config/network_plan.h"

namespace kboot {

/// Changes links. The real one is IpTools; tests have one of their own. All throw Error.
class LinkTools {
 public:
  virtual ~LinkTools() = default;
  virtual void add_vlan(const std::string& name, const VlanName& vlan) = 0;
  /// Makes the bond when it is not there; it has to be down.
  virtual void add_bond(const std::string& name, const std::string& mode) = 0;
  virtual void add_to_bond(const std::string& bond, const std::string& member) = 0;
  virtual void up(const std::string& name) = 0;
  /// Without addresses and routes.
  virtual void down(const std::string& name) = 0;
  virtual void set_mtu(const std::string& name, unsigned mtu) = 0;
  /// The plan's addresses and gateways in place of those that are there. Of two links' routes the one with
  /// the lower `metric` is taken.
  virtual void set_addresses(const std::string& name, const LinkPlan& plan, unsigned metric) = 0;
  /// How much the default routes that routers advertise on this link count.
  virtual void set_router_metric(const std::string& name, unsigned metric) = 0;

  enum class Dhcp {
    v4,
    v6,            ///< addresses and the rest
    v6_no_address  ///< only the rest: name servers
  };
  /// A DHCP client that runs until it is stopped. With a `server`, which only DHCPv4 knows, it takes nothing
  /// from others.
  virtual pid_t start_dhcp(const std::string& name, Dhcp kind, unsigned metric,
                           const std::optional<std::string>& server) = 0;
  /// Lets a client ask at once whether its lease still holds: the cable may lead elsewhere now.
  virtual void renew(pid_t client) = 0;
  virtual void stop(pid_t client) = 0;
};

/// ip(8), udhcpc and udhcpc6 of BusyBox, and sysfs for bonds.
class IpTools final : public LinkTools {
 public:
  void add_vlan(const std::string& name, const VlanName& vlan) override;
  void add_bond(const std::string& name, const std::string& mode) override;
  void add_to_bond(const std::string& bond, const std::string& member) override;
  void up(const std::string& name) override;
  void down(const std::string& name) override;
  void set_mtu(const std::string& name, unsigned mtu) override;
  void set_addresses(const std::string& name, const LinkPlan& plan, unsigned metric) override;
  void set_router_metric(const std::string& name, unsigned metric) override;
  pid_t start_dhcp(const std::string& name, Dhcp kind, unsigned metric,
                   const std::optional<std::string>& server) override;
  void renew(pid_t client) override;
  void stop(pid_t client) override;
};

}  // namespace kboot
