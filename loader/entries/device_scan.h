#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loader/entries/discovery.h"
#include "loader/entries/machine_facts.h"
#include "pathfs/resolver.h"

namespace kboot {

/// What can be booted from a device, and whether it is a system's root. Each error is the place's.
PublishedPlace scan_device(const std::string& name, Resolver& resolver);

/// The place of the firmware's boot options; nothing where the machine has none. An error is the place's.
std::optional<PublishedPlace> scan_firmware(MachineFacts& machine);

/// What the processes of the discovery hand to one another: one line each. The reader treats it as data, and
/// gives nothing for what makes no sense.
std::string probed_json(const ProbedDevice& probed);
std::optional<ProbedDevice> parse_probed(std::string_view text);

/// Finds devices by what is known of them already, so that no other disk is read; mounts by `real`.
class KnownDevicesMounter final : public Mounter {
 public:
  KnownDevicesMounter(Mounter& real, std::vector<BlockDevice> known)
      : real_(real), known_(std::move(known)) {}

  bool is_device(std::string_view name) override { return real_.is_device(name); }
  std::optional<std::string> find_device(std::string_view device) override;
  std::vector<std::string> device_names() override { return real_.device_names(); }
  std::vector<BlockDevice> devices() override { return known_; }
  std::vector<BlockDevice> all_devices() override { return known_; }
  std::vector<IdlePciDevice> idle_controllers() override { return {}; }
  std::vector<MountedFileSystem> mount_table() override { return real_.mount_table(); }
  bool await_change(std::chrono::milliseconds /*timeout*/) override { return false; }
  std::string mount(const MountRequest& request) override { return real_.mount(request); }
  bool ignores_case(const std::string& node) override { return real_.ignores_case(node); }
  bool is_removable(const std::string& node) override { return real_.is_removable(node); }
  std::optional<MountedPlace> place_of(const std::string& local_path) override {
    return real_.place_of(local_path);
  }
  std::string mount_alone(const MountRequest& request) override;
  void unmount(const std::string& directory) noexcept override { real_.unmount(directory); }
  void release() noexcept override { real_.release(); }
  bool take_down(const std::string& /*directory*/) noexcept override { return true; }
  void make_clean(const std::string& /*directory*/) noexcept override {}

 private:
  Mounter& real_;
  std::vector<BlockDevice> known_;
};

}  // namespace kboot
