#include "loader/network_settings.h"

#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/publish.h"
#include "config/kboot_conf.h"
#include "loader/built_in.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxFile = std::size_t{4} << 20;

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

void NetworkSettings::publish(const Variables& variables) const {
  publish_file(published(), network_settings_text(variables), Publish::if_new);
}

void NetworkSettings::publish(const std::string& name, const std::string& value) const {
  Variables variables = variables_of(text());
  variables.set(name, {value, Source::typed, ""});
  publish_file(published(), network_settings_text(variables), Publish::again);
}

std::string NetworkSettings::text() const {
  if (auto text = read_file_if_there(published(), kMaxFile)) return std::move(*text);
  return network_settings_text(built_in_settings());
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
