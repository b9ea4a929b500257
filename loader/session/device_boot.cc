#include "loader/session/device_boot.h"

#include <optional>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "loader/session/line.h"

namespace kboot {

DeviceScope::DeviceScope(SessionState& state, Resolver& resolver, const DeviceConfiguration& configuration,
                         Diagnostics& diagnostics)
    : state_(state),
      resolver_(resolver),
      variables_(state.variables),
      settings_(state.settings),
      directory_(state.directory),
      booted_(resolver.booted_root()) {
  state.variables = configuration.variables;
  state.directory = BootedPath{"/"};
  resolver.set_booted_root(configuration.booted);
  state.settings = read_settings(state.variables, diagnostics);
  state.settings.restricted = settings_.restricted;
}

DeviceScope::~DeviceScope() {
  state_.variables = std::move(variables_);
  state_.settings = std::move(settings_);
  state_.directory = std::move(directory_);
  resolver_.set_booted_root(std::move(booted_));
}

void DeviceBoot::boot(const std::string& device, const std::vector<std::string>& words) {
  if (words.size() > 1)
    fail("{}: a device is booted by the configuration on it and takes no arguments", printable(device));
  with_noun(printable(device), [&] {
    const std::optional<DeviceConfiguration> configuration =
        read_device_configuration(device, system_.resolver);
    if (!configuration || !configuration->variables.value("default")) {
      if (entries_.boot_default_of(device)) return;
      if (!configuration) fail("no boot configuration found that has a default");
    }
    boot_configuration(device, *configuration);
  });
}

void DeviceBoot::boot_configuration(const std::string& device, const DeviceConfiguration& configuration) {
  report_.notes(configuration.diagnostics);
  Diagnostics diagnostics;
  const DeviceScope scope(state_, system_.resolver, configuration, diagnostics);
  report_.notes(diagnostics);
  if (!state_.settings.default_line) fail("{} has no default=", configuration.file);
  booter_.boot_first_of(choices(*state_.settings.default_line), [&](const std::string& choice) {
    const Line line = parse_line(choice, state_.variables);
    const auto* words = std::get_if<Words>(&line);
    if (words == nullptr)
      fail("{}: default={}: not a line that boots", configuration.file, printable(choice));
    const Location kernel = system_.resolver.parse(words->words[0], state_.directory);
    booter_.boot_kernel({words->words, kernel, find_entry(kernel, system_.resolver), std::nullopt},
                        fmt::format("{}: {}", device, configuration.file));
  });
}

}  // namespace kboot
