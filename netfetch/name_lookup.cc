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

struct NameLookup::Shared {
  std::mutex mutex;
  std::optional<Answer> answer;
};

namespace {

NameLookup::Answer look_up(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  NameLookup::Answer answer;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
    answer.nobody_answered = error == EAI_AGAIN;
    return answer;
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, &::freeaddrinfo);
  for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next)
    answer.addresses.emplace_back(one->ai_addr, one->ai_addrlen);
  return answer;
}

}  // namespace

NameLookup::NameLookup(const std::string& host, const std::string& port)
    : shared_(std::make_shared<Shared>()), answered_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!answered_) fail_errno(errno, "eventfd");
  // The thread may outlive this object, so it has a descriptor of its own.
  const auto tell = std::make_shared<UniqueFd>(::fcntl(answered_.get(), F_DUPFD_CLOEXEC, 0));
  if (!*tell) fail_errno(errno, "eventfd");
  try {
    std::thread([shared = shared_, tell, host, port] {
      Answer answer = look_up(host, port);
      const std::lock_guard lock(shared->mutex);
      shared->answer = std::move(answer);
      ::eventfd_write(tell->get(), 1);
    }).detach();
  } catch (const std::system_error& error) {
    fail("look-up of {}: {}", host, error.what());
  }
}

std::optional<NameLookup::Answer> NameLookup::answer() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->answer;
}

}  // namespace kboot
