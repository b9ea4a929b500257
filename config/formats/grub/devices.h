#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/formats/source_reader.h"

namespace kboot {

/// GRUB's names of devices, `hd0,gpt2`, beside kboot's, `sda2`. `hd0` is the first fixed disk; disks that can
/// be removed come after the fixed ones. A device that GRUB has no such name for keeps kboot's name.
class GrubDevices {
 public:
  /// `file` is the configuration: its device is known, whatever it is.
  GrubDevices(const FilePlace& file, SourceReader& reader);

  /// GRUB's name, without parentheses.
  std::string name_of(const std::string& device) const;
  /// kboot's name of what GRUB calls so (no parentheses); nothing when this machine has no such device.
  /// Logical volumes, arrays and servers may have a name without being among the known devices.
  std::optional<std::string> device(std::string_view name) const;
  /// Whether a configuration of this place may read from the device.
  bool is_known(const std::string& device) const;
  /// The known devices: the configuration's own, those of its disk, all others; each in the kernel's order.
  std::vector<const KnownDevice*> nearest_first() const;
  const KnownDevice* find(const std::string& device) const;
  /// All of GRUB's names of known devices.
  std::vector<std::string> names() const;

  /// The images behind GRUB's loopback devices, by the devices' names.
  using Loops = std::map<std::string, std::string, std::less<>>;
  const Loops& loops() const { return loops_; }
  void set_loops(Loops loops) { loops_ = std::move(loops); }
  void add_loop(const std::string& name, const FilePlace& image);
  void remove_loop(const std::string& name) { loops_.erase(name); }

 private:
  std::optional<std::string> disk(std::string_view name) const;
  std::optional<std::string> server(std::string_view name) const;
  std::optional<std::string> volume(std::string_view name) const;

  std::string own_;
  const std::vector<KnownDevice>& known_;
  std::vector<std::string> disks_;  ///< hd0, hd1, …
  bool gpt_;                        ///< what a disk of unknown table is taken for
  Loops loops_;
  std::set<std::string> images_;  ///< all that were ever loopback devices of a known device
};

}  // namespace kboot
