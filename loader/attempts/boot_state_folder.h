#pragma once

#include <string>

#include "base/unique_fd.h"
#include "loader/attempts/boot_state_slots.h"

namespace kboot {

/// A BootStateMedium of files in a folder: `kboot-state`, which is made once and then only written to in
/// place; `kboot-good` and `kboot-once`, which the booted system makes.
class BootStateFolder final : public BootStateMedium {
 public:
  /// Throws Error.
  explicit BootStateFolder(const std::string& path);

  std::string read_slot(int slot) override;
  void write_slot(int slot, const std::string& bytes) override;
  bool success_reported() override;
  void clear_success() override { remove("kboot-good"); }
  std::optional<std::string> request() override;
  void clear_request() override { remove("kboot-once"); }

 private:
  UniqueFd open(const char* name, int flags) const;
  void fill_up(int file) const;
  void remove(const char* name) const;

  UniqueFd folder_;
};

}  // namespace kboot
