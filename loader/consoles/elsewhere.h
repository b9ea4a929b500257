#pragma once

#include <optional>
#include <string>

#include "loader/consoles/consoles.h"

namespace kboot {

/// What a person at one prompt is to know of the others: a boot begins or ends there, a key or an ssh session
/// holds autoboot. Each is told once.
class Elsewhere {
 public:
  /// `consoles` outlives it.
  explicit Elsewhere(const Consoles& consoles) : consoles_(consoles) {}

  /// A new prompt appears here, which says itself who holds autoboot.
  void start();
  /// A line to show above the one that is being typed; nothing when nothing is new. `autoboot`: whether there
  /// is one here, which others may hold.
  std::optional<std::string> news(bool autoboot);

 private:
  const Consoles& consoles_;
  std::optional<BootUnderWay> boot_;
  std::optional<std::string> holder_;
  std::optional<std::string> key_;
};

}  // namespace kboot
