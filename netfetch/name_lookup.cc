#include "netfetch/name_lookup.h"

#include <cerrno>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <netdb.h>
#include <sys/eventfd.h>

#include "base/error.h"

namespace kboot {

struct NameLookup::Answer {
  std::mutex mutex;
  std::optional<std::vector<SocketAddress>> addresses;
};

namespace {

std::vector<SocketAddress> look_up(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, &::freeaddrinfo);

  std::vector<SocketAddress> addresses;
  for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next)
    addresses.emplace_back(one->ai_addr, one->ai_addrlen);
  return addresses;
}

}  // namespace

NameLookup::NameLookup(const std::string& host, const std::string& port)
    : answer_(std::make_shared<Answer>()), answered_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!answered_) fail_errno(errno, "eventfd");
  // The thread may outlive this object, so it has a descriptor of its own.
  const auto tell = std::make_shared<UniqueFd>(::fcntl(answered_.get(), F_DUPFD_CLOEXEC, 0));
  if (!*tell) fail_errno(errno, "eventfd");
  try {
    std::thread([answer = answer_, tell, host, port] {
      auto addresses = look_up(host, port);
      const std::lock_guard lock(answer->mutex);
      answer->addresses = std::move(addresses);
      ::eventfd_write(tell->get(), 1);
    }).detach();
  } catch (const std::system_error& error) {
    fail("look-up of {}: {}", host, error.what());
  }
}

std::optional<std::vector<SocketAddress>> NameLookup::addresses() const {
  const std::lock_guard lock(answer_->mutex);
  return answer_->addresses;
}

}  // namespace kboot
