#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "loader/attempts/boot_state_slots.h"
#include "pathfs/resolver.h"

namespace kboot {

/// What `tries.store` names: brings a BootStateMedium within reach, for a moment.
class BootStateStore {
 public:
  using Use = std::function<void(BootStateMedium& medium)>;

  virtual ~BootStateStore() = default;
  /// Finds out where the medium is: with() needs nothing else afterwards. Throws Error, Cancelled.
  virtual void prepare() = 0;
  /// Calls `use` while the medium can be read, with read_write also written to. Throws Error, Cancelled.
  virtual void with(Access access, const Use& use) = 0;
};

/// The one that `text` names: `efi`, or a folder on a partition, by any path. Throws Error for what can be
/// none.
std::unique_ptr<BootStateStore> make_boot_state_store(const std::string& text, Resolver& resolver);

}  // namespace kboot
