#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/formats/source_reader.h"
#include "loader/entries/machine_facts.h"
#include "pathfs/resolver.h"

namespace kboot {

/// Reads boot sources through the path language. It leads to the disks of this machine and to the one place
/// that is looked at, whose folder it does not leave; never to kboot's own root or to a server unless that is
/// the place.
class ResolverReader final : public SourceReader {
 public:
  /// Both outlive it.
  ResolverReader(Resolver& resolver, MachineFacts& machine);

  /// The place that is looked at, as FilePlace::device has it.
  void allow(const std::string& device) { allowed_ = device; }

  Kind kind(const FilePlace& place) override;
  std::optional<std::string> read(const FilePlace& place, std::size_t limit) override;
  std::optional<std::string> read_part(const FilePlace& place, std::size_t offset,
                                       std::size_t length) override;
  std::size_t size(const FilePlace& place) override;
  std::vector<std::string> names(const FilePlace& folder) override;
  const std::vector<KnownDevice>& devices() override { return devices_; }
  bool efi() override { return machine_.firmware() == Firmware::uefi; }
  std::optional<std::string> last_booted() override { return machine_.last_booted(); }
  std::optional<std::string> setting(const std::string& name) override {
    return ipxe_setting(name, machine_);
  }

 private:
  std::optional<ResolvedFile> find(const FilePlace& place);
  std::optional<Location> locate(const FilePlace& place);
  bool is_known(const std::string& device) const;

  Resolver& resolver_;
  MachineFacts& machine_;
  std::vector<KnownDevice> devices_;
  std::string allowed_;
};

}  // namespace kboot
