#include "loader/session/fetch_policy.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "loader/network/clock.h"
#include "loader/network/network_wait.h"
#include "loader/terminal/shown.h"

namespace kboot {
namespace {

void append_new(std::vector<std::string>& list, const std::vector<std::string>& words) {
  for (const std::string& word : words)
    if (std::find(list.begin(), list.end(), word) == list.end()) list.push_back(word);
}

}  // namespace

FetchPolicy::FetchPolicy(const SessionState& state, const System& system, Report& report)
    : state_(state), system_(system), report_(report) {
  system_.resolver.set_server_policy(this);
}

FetchPolicy::~FetchPolicy() {
  system_.resolver.set_server_policy(nullptr);
}

void FetchPolicy::take_proxy() {
  system_.resolver.fetcher().set_proxy(state_.settings.proxy.value_or(""),
                                       state_.settings.no_proxy.value_or(""));
}

void FetchPolicy::await_network(const std::string& server) {
  if (state_.place == Place::loader) kboot::await_network(system_.network, report_, server);
}

bool FetchPolicy::reaches(const std::string& server) {
  return system_.network.usable() && system_.network.reaches(server);
}

void FetchPolicy::before_fetch(const Url& url) {
  if (!state_.settings.proxy) await_network(url.host_name());
  if (url.insecure())
    return report_.warning(
        show("{}: insecure=true: nobody looks whether this is the right server", url.redacted()));
  if (url.scheme() == "https" && state_.place == Place::loader) set_clock_for(url);
}

void FetchPolicy::set_clock_for(const Url& url) {
  std::vector<std::string> servers = split_blanks(state_.settings.ntp.value_or(""));
  for (const Link& link : system_.network.links())
    for (const auto& lease : {link.lease, link.lease6})
      if (lease) append_new(servers, split_blanks(lease->ntp));
  system_.clock.mend({servers, [&] { return system_.resolver.fetcher().server_time(url, {}); },
                      [&](const std::string& message) { report_.note(Shown::text(message)); },
                      [&](const std::string& message) { report_.warning(Shown::text(message)); }});
}

}  // namespace kboot
