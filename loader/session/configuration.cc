#include "loader/session/configuration.h"

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/text.h"
#include "config/kboot_conf.h"
#include "config/kernel_command_line.h"
#include "config/settings.h"

namespace kboot {
namespace {

/// Longer configuration files are taken for a mistake.
constexpr std::size_t kMaxFile = std::size_t{4} << 20;

/// Where kboot.conf may lie on a device: in the root of a system, or of its /boot partition.
constexpr std::string_view kDeviceFiles[] = {"/etc/kboot.conf", "/boot/kboot.conf", "/kboot.conf"};

/// The text of a file found by the path language, or nothing when there is none.
std::optional<std::string> read_location(const Location& location, Resolver& resolver) {
  const std::optional<ResolvedFile> file = resolver.find(location);
  if (!file || file->kind != FileKind::regular) return std::nullopt;
  return read_file(resolver.open(*file, {}).get(), kMaxFile);
}

/// Runs `action`; an Error becomes a diagnostic about `file`.
template <typename Action>
void or_diagnostic(const std::string& file, Diagnostics& diagnostics, Action&& action) {
  try {
    action();
  } catch (const Cancelled&) {
    throw;
  } catch (const std::exception& error) {
    diagnostics.push_back({file, 0, describe(error)});
  }
}

void append(Diagnostics& to, Diagnostics more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void read_built_in(const ConfigurationSources& sources, Configuration& configuration) {
  const auto read_conf = [&] {
    const auto text = read_file_if_there(sources.kboot_conf, kMaxFile);
    if (text)
      append(configuration.diagnostics,
             read_kboot_conf(*text, sources.kboot_conf, Source::built_in, configuration.variables));
    else if (sources.must_exist)
      fail("no such file");
  };
  if (sources.must_exist)
    with_noun(sources.kboot_conf, read_conf);
  else
    or_diagnostic(sources.kboot_conf, configuration.diagnostics, read_conf);

  if (!sources.fstab) return;
  or_diagnostic(*sources.fstab, configuration.diagnostics, [&] {
    if (const auto text = read_file_if_there(*sources.fstab, kMaxFile))
      configuration.booted.fstab = read_fstab(*text, *sources.fstab, configuration.diagnostics);
  });
}

bool has_root(const BootedRoot& booted) {
  return booted.device || std::any_of(booted.fstab.begin(), booted.fstab.end(),
                                      [](const FstabEntry& entry) { return entry.target == "/"; });
}

enum class LateDevices { waited_for, passed_over };

/// Applies what the variables say so far, so that the booted system can be looked into.
void apply_root(Configuration& configuration, Resolver& resolver, LateDevices late_devices) {
  Diagnostics ignored;  // the session reports them once all sources are read
  const Settings settings = read_settings(configuration.variables, ignored);
  configuration.booted.device = settings.root;
  // To be read from now; the session makes it what mount_rw= says.
  configuration.booted.access = Access::read_only;
  resolver.set_booted_root(configuration.booted);
  const bool wait = settings.wait && late_devices == LateDevices::waited_for;
  resolver.set_wait(wait ? *settings.wait : std::chrono::seconds(0));
}

void read_booted(Configuration& configuration, Resolver& resolver, LateDevices late_devices) {
  apply_root(configuration, resolver, late_devices);
  if (!has_root(configuration.booted)) return;

  Diagnostics& diagnostics = configuration.diagnostics;
  or_diagnostic("booted system", diagnostics, [&] {
    if (const auto text = read_location(BootedPath{"/etc/kboot.conf"}, resolver))
      append(diagnostics,
             read_kboot_conf(*text, "/etc/kboot.conf", Source::booted_system, configuration.variables));
    if (const auto text = read_location(BootedPath{"/etc/hosts"}, resolver)) configuration.hosts = *text;
    if (const auto text = read_location(BootedPath{"/etc/fstab"}, resolver))
      configuration.booted.fstab = read_fstab(*text, "/etc/fstab", diagnostics);
  });
}

/// ^C ends the wait for a disk, but not the look at it: `restricted=true` over there has to count before a
/// shell is given to whoever pressed the key.
void read_booted_despite_interrupt(Configuration& configuration, Resolver& resolver) {
  const Configuration before = configuration;
  try {
    read_booted(configuration, resolver, LateDevices::waited_for);
  } catch (const Cancelled&) {
    const Interrupt::Ignored ignored;
    configuration = before;
    configuration.interrupted = true;
    read_booted(configuration, resolver, LateDevices::passed_over);
  }
}

}  // namespace

Configuration read_configuration(const ConfigurationSources& sources, Resolver& resolver) {
  Configuration configuration;
  configuration.booted.local_directory = sources.host_root;
  read_built_in(sources, configuration);
  // Before the booted system is looked for, because it may say where that is; its words win over the booted
  // system's whenever they are read.
  if (sources.kernel_command_line)
    read_kernel_command_line(*sources.kernel_command_line, configuration.variables);
  for (const auto& [name, value] : sources.set)
    configuration.variables.set(name, {value, Source::typed, "--set"});

  if (sources.copy_from_booted) read_booted_despite_interrupt(configuration, resolver);
  append(configuration.diagnostics, check_names(configuration.variables));
  return configuration;
}

void reread_booted_fstab(Resolver& resolver, Diagnostics& diagnostics) {
  or_diagnostic("booted system", diagnostics, [&] {
    BootedRoot booted = resolver.booted_root();
    booted.fstab.clear();
    resolver.set_booted_root(booted);
    if (const auto text = read_location(BootedPath{"/etc/fstab"}, resolver))
      booted.fstab = read_fstab(*text, "/etc/fstab", diagnostics);
    resolver.set_booted_root(booted);
  });
}

std::optional<DeviceConfiguration> read_device_configuration(const std::string& device, Resolver& resolver) {
  DeviceConfiguration found;
  std::string text;
  for (const std::string_view path : kDeviceFiles) {
    if (auto contents = read_location(DevicePath{device, std::string(path)}, resolver)) {
      found.file = path;
      text = std::move(*contents);
      break;
    }
  }
  if (found.file.empty()) return std::nullopt;

  found.diagnostics =
      read_kboot_conf(text, device + ":" + found.file, Source::booted_system, found.variables);
  // A tag is its own name for a kernel with an initramfs; a plain name needs its /dev/.
  const std::string root = is_tag(device) || device.starts_with('/') ? device : "/dev/" + device;
  if (!found.variables.find("root")) found.variables.set("root", {root, Source::booted_system, device});
  found.booted.device = root;
  or_diagnostic(device + ":/etc/fstab", found.diagnostics, [&] {
    if (const auto fstab = read_location(DevicePath{device, "/etc/fstab"}, resolver))
      found.booted.fstab = read_fstab(*fstab, device + ":/etc/fstab", found.diagnostics);
  });
  return found;
}

}  // namespace kboot
