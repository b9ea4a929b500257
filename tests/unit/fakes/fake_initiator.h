#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "pathfs/iscsi.h"

namespace kboot::test {

/// Targets that have one disk each, whatever the LUN.
class FakeInitiator final : public Initiator {
 public:
  std::string attach(const IscsiAddress& address) override {
    const auto node = nodes.find(address.target);
    if (node == nodes.end()) fail("the server has no such target");
    const bool known = std::any_of(open.begin(), open.end(), [&](const IscsiSession& session) {
      return session.target == address.target;
    });
    if (!known)
      open.push_back({address.target,
                      address.server,
                      address.port,
                      "iqn.x:me",
                      {{address.lun, node->second}},
                      {"/sys/unit"}});
    return node->second;
  }
  std::vector<IscsiSession> sessions() override { return open; }
  IscsiFirmware firmware() override { return left_by_firmware; }
  std::optional<IscsiUser> user_of(const std::string& target) override {
    const auto user = users.find(target);
    return user == users.end() ? std::nullopt : std::make_optional(user->second);
  }
  void log_out(const std::string& target) override {
    std::erase_if(open, [&](const IscsiSession& session) { return session.target == target; });
  }
  void release() noexcept override { ++releases; }
  void drop_all() noexcept override { open.clear(); }
  void set_dialogue(IscsiDialogue /*dialogue*/) override {}

  std::map<std::string, std::string> nodes;  ///< target -> node
  std::map<std::string, IscsiUser> users;    ///< target -> who logged in
  std::vector<IscsiSession> open;
  IscsiFirmware left_by_firmware;
  int releases = 0;
};

}  // namespace kboot::test
