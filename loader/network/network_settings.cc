#include "loader/network/network_settings.h"

#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/deadline.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/publish.h"
#include "base/sleep.h"
#include "config/kboot_conf.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxFile = std::size_t{4} << 20;
/// Others hold the lock for the length of a read and a write.
constexpr std::chrono::seconds kLongestLock{5};
constexpr std::chrono::milliseconds kLook{5};

Variables variables_of(const std::string& text) {
  Variables variables;
  read_kboot_conf(text, "network.conf", Source::booted_system, variables);
  return variables;
}

}  // namespace

/// Settings as kboot.conf, once a session has read the booted system's.
std::string NetworkSettings::published() const {
  return folder_ + "/network.conf";
}

/// The settings that the links were made by.
std::string NetworkSettings::done_file() const {
  return folder_ + "/network.done";
}

/// Held from before the settings are read until they are written: what another session sets meanwhile would
/// be lost. Throws Error, Cancelled.
UniqueFd NetworkSettings::lock() const {
  const std::string path = folder_ + "/network.lock";
  const Deadline deadline = Deadline::in(kLongestLock);
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) fail_errno(errno, path);
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if ((errno != EWOULDBLOCK && errno != EINTR) || deadline.expired()) fail_errno(errno, path);
    sleep_until(Deadline::in(kLook));
  }
  return fd;
}

void NetworkSettings::publish(const Variables& variables) const {
  const UniqueFd held = lock();
  publish_file(published(), network_settings_text(variables), Publish::if_new);
}

void NetworkSettings::publish(const std::string& name, const std::string& value) const {
  const UniqueFd held = lock();
  Variables variables = variables_of(text());
  variables.set(name, {value, Source::typed, ""});
  publish_file(published(), network_settings_text(variables), Publish::again);
}

std::string NetworkSettings::text() const {
  if (auto text = read_file_if_there(published(), kMaxFile)) return std::move(*text);
  return network_settings_text(built_in_());
}

void NetworkSettings::set_done(const std::string& text) const noexcept {
  try {
    if (read_file_if_there(done_file(), kMaxFile) != text) publish_file(done_file(), text, Publish::again);
  } catch (const std::exception& error) {
    log_warning("{}", describe(error));
  }
}

bool NetworkSettings::done() const {
  if (::access(folder_.c_str(), F_OK) != 0) return true;
  const std::optional<std::string> done = read_file_if_there(done_file(), kMaxFile);
  return done && *done == text();
}

NetworkPlan plan_of_settings(const std::string& text) {
  Diagnostics ignored;
  return read_network_plan(variables_of(text), ignored);
}

}  // namespace kboot
