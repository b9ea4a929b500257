#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>

#include "loader/attempts/boot_attempts.h"

namespace kboot::test {

struct PowerCut {};

/// A medium whose power fails when `left` bytes more have been written; a file that is removed counts as one.
class FakeBootStateMedium final : public BootStateMedium {
 public:
  std::string read_slot(int slot) override { return slots[static_cast<std::size_t>(slot)]; }
  void write_slot(int slot, const std::string& bytes) override {
    if (!failure.empty()) throw Error(failure);
    std::string& old = slots[static_cast<std::size_t>(slot)];
    std::string whole = bytes;
    whole.resize(kSlotSize, '\0');
    old.resize(kSlotSize, '\0');
    const std::size_t written = std::min(left, whole.size());
    old.replace(0, written, whole, 0, written);
    spend(whole.size());
  }
  bool success_reported() override { return good; }
  void clear_success() override {
    spend(1);
    good = false;
  }
  std::optional<std::string> request() override { return asked; }
  void clear_request() override {
    spend(1);
    asked.reset();
  }

  std::array<std::string, 2> slots;
  bool good = false;
  std::optional<std::string> asked;
  std::string failure;  ///< why nothing can be written
  std::size_t left = SIZE_MAX;

 private:
  void spend(std::size_t bytes) {
    if (bytes > left) {
      left = 0;
      throw PowerCut();
    }
    if (left != SIZE_MAX) left -= bytes;
  }
};

/// A store that is always there.
class FakeBootStateStore final : public BootStateStore {
 public:
  explicit FakeBootStateStore(FakeBootStateMedium& medium) : medium_(medium) {}
  void prepare() override {}
  void with(Access /*access*/, const Use& use) override { use(medium_); }

 private:
  FakeBootStateMedium& medium_;
};

}  // namespace kboot::test
