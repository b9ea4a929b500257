#pragma once

#include <string>

#include "netfetch/url.h"

namespace kboot {

/// What comes before a server is asked for anything. Tests have a fake one.
class ServerPolicy {
 public:
  virtual ~ServerPolicy() = default;
  /// Returns when the network can be used for the server of that name or address (empty: for one of a URL,
  /// which before_fetch() is told of). Throws Error, Cancelled.
  virtual void await_network(const std::string& server) = 0;
  /// What else has to be before a URL is asked for anything; the network can be used. Throws Error,
  /// Cancelled.
  virtual void before_fetch(const Url& url) = 0;
};

}  // namespace kboot
