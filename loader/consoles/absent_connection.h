#pragma once

#include "loader/consoles/connection.h"
#include "loader/consoles/dropbear.h"

namespace kboot {

/// Nobody comes from afar: this kboot was built without the ssh server.
class AbsentConnection final : public Connection {
 public:
  void end() noexcept override {}
};

/// An ssh server that never runs.
class AbsentSshServer final : public SshServer {
 public:
  bool runs() override { return false; }
  void set_keys(const std::optional<std::string>& /*text*/) override {}
  void set_password(const std::optional<std::string>& /*hash*/) override {}
  void set_host_key(const std::string& /*name*/, const std::string& /*key*/) override {}
  void let_start() override {}
};

}  // namespace kboot
