#pragma once

#include <string>
#include <vector>

#include "loader/links.h"

namespace kboot {

/// The machine's network interfaces.
class Network {
 public:
  virtual ~Network() = default;
  /// Whether there is a route to somewhere: without one, nothing can be fetched yet.
  virtual bool usable() = 0;
  /// The interfaces and what is known of each.
  virtual std::vector<Link> links() = 0;
  /// The servers that look up names.
  virtual std::vector<std::string> nameservers() = 0;
  /// Takes all interfaces down, so that no card writes into memory that belongs to the next kernel. Failures
  /// are logged.
  virtual void down() noexcept = 0;
};

class LinuxNetwork final : public Network {
 public:
  bool usable() override;
  std::vector<Link> links() override;
  std::vector<std::string> nameservers() override;
  void down() noexcept override;
};

}  // namespace kboot
