#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/variables.h"
#include "loader/network/links.h"
#include "loader/network/network_settings.h"
#include "pathfs/pci_devices.h"

namespace kboot {

/// The machine's network interfaces.
class Network {
 public:
  virtual ~Network() = default;
  /// Whether there is a route to somewhere, and the links are what the settings say: before that, nothing can
  /// be fetched.
  virtual bool usable() = 0;
  /// Whether one of the routes leads to that server. Only of an address it can be known: of a name it is
  /// taken for granted.
  virtual bool reaches(const std::string& server) = 0;
  /// The interfaces and what is known of each.
  virtual std::vector<Link> links() = 0;
  /// Network cards that no driver has taken: they are no links.
  virtual std::vector<IdlePciDevice> idle_cards() = 0;
  /// The servers that look up names.
  virtual std::vector<std::string> nameservers() = 0;
  /// What the configuration says of the network: the links are made so in the background. Only the first
  /// session's counts, so that a later one does not take back what was typed. Throws Error.
  virtual void configure(const Variables& settings) = 0;
  /// One setting (`net.eth0`) that was typed. Throws Error.
  virtual void set(const std::string& name, const std::string& value) = 0;
  /// Takes all interfaces down, so that no card writes into memory that belongs to the next kernel. Failures
  /// are logged.
  virtual void down() noexcept = 0;
};

class LinuxNetwork final : public Network {
 public:
  /// `built_in` as NetworkSettings has it.
  explicit LinuxNetwork(std::function<Variables()> built_in) : settings_(std::move(built_in)) {}
  bool usable() override;
  bool reaches(const std::string& server) override;
  std::vector<Link> links() override;
  std::vector<IdlePciDevice> idle_cards() override { return idle_pci_devices(kNetworkCard); }
  std::vector<std::string> nameservers() override;
  void configure(const Variables& settings) override;
  void set(const std::string& name, const std::string& value) override;
  void down() noexcept override;

 private:
  static bool has_route();
  bool awaits_nameservers();

  NetworkSettings settings_;
};

// For tests.

/// What the text of /proc/net/if_inet6 says of addresses for the outside.
struct Ipv6Addresses {
  bool usable = false;   ///< there is one
  bool awaited = false;  ///< there will be: it is looked whether somebody else has it (RFC 4862, 5.4)
};
Ipv6Addresses read_ipv6_addresses(std::string_view if_inet6);

}  // namespace kboot
