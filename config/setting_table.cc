#include "config/setting_table.h"

#include <algorithm>
#include <array>

namespace kboot {
namespace {

using Type = Setting::Type;
using Age = Setting::Age;
constexpr bool kSecret = true;

constexpr auto kSettings = std::to_array<Setting>({
    {"authorized_keys", Type::path, Age::old},
    {"auto.removable", Type::boolean},
    {"console.font", Type::path},
    {"console.keymap", Type::path},
    {"console.start", Type::choice, Age::young, !kSecret, "menu prompt"},
    {"default", Type::lines, Age::old},
    {"delay", Type::seconds, Age::old},
    {"handoff", Type::boolean},
    {"holdmax", Type::seconds},
    {"initrd", Type::initrds, Age::old},
    {"iscsi.initiator", Type::text},
    {"iscsi.user", Type::path},
    {"log.syslog", Type::text},
    {"luks.key", Type::path},
    {"message", Type::path, Age::old},
    {"mount_rw", Type::boolean, Age::old},
    {"net.dns", Type::text},
    {"net.noproxy", Type::text},
    {"net.ntp", Type::text},
    {"net.proxy", Type::text},
    {"net.search", Type::text},
    {"onfail", Type::choice, Age::young, !kSecret, "poweroff prompt reboot retry shell"},
    {"password", Type::hash, Age::young, kSecret},
    {"restricted", Type::boolean, Age::old},
    {"root", Type::device, Age::old},
    {"ssh.hostkeys", Type::path},
    {"ssh.password", Type::hash, Age::young, kSecret},
    {"ssh.rootshell", Type::boolean},
    {"timeout", Type::seconds, Age::old},
    {"tries", Type::number},
    {"tries.store", Type::text},
    {"wait", Type::seconds},
    {"watchdog", Type::seconds},
});
static_assert(std::is_sorted(kSettings.begin(), kSettings.end(),
                             [](const Setting& a, const Setting& b) { return a.name < b.name; }));

}  // namespace

std::span<const Setting> setting_table() {
  return kSettings;
}

const Setting* find_setting(std::string_view name) {
  const auto* const found =
      std::lower_bound(kSettings.begin(), kSettings.end(), name,
                       [](const Setting& setting, std::string_view wanted) { return setting.name < wanted; });
  return found == kSettings.end() || found->name != name ? nullptr : found;
}

}  // namespace kboot
