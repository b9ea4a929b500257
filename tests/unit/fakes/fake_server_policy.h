#pragma once

#include <string>
#include <vector>

#include "pathfs/server_policy.h"

namespace kboot::test {

/// Waits for nothing, and remembers what it was asked.
class FakeServerPolicy final : public ServerPolicy {
 public:
  void await_network(const std::string& server) override { waits.push_back(server); }
  void before_fetch(const Url& url) override { fetched.push_back(url.redacted()); }

  std::vector<std::string> waits;
  std::vector<std::string> fetched;
};

}  // namespace kboot::test
