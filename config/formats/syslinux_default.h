#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "config/formats/syslinux_menu.h"

namespace kboot {

/// What a SYSLINUX configuration boots when no key is pressed, and after how long. The rules are those of
/// doc/menu.txt: ONTIMEOUT comes first. A DEFAULT counts for the whole configuration wherever it stands, the
/// last one; a menu heeds it only where a line UI has started the menu. Else MENU DEFAULT counts, which is
/// that of its own menu only, else the first line of the menu.
class SyslinuxDefault {
 public:
  explicit SyslinuxDefault(const SyslinuxMenu& menu);

  /// The label; nothing when none is known. It may be one that boots nothing here, such as LOCALBOOT.
  const SyslinuxLabel* label() const { return label_; }
  /// In whole seconds, a part of one as one; nothing: it waits for ever.
  std::optional<unsigned> timeout() const;

 private:
  const SyslinuxLabel* of_configuration(std::size_t index) const;
  const SyslinuxLabel* of_screen(std::size_t index) const;
  const SyslinuxLabel* start_of(const SyslinuxLabel& label) const;
  std::optional<const SyslinuxLabel*> on_timeout(std::size_t screen) const;
  const SyslinuxLabel* find(const std::string& line, std::size_t configuration) const;
  const SyslinuxLabel* default_line(std::size_t configuration) const;

  const SyslinuxMenu& menu_;
  const SyslinuxLabel* label_;
};

}  // namespace kboot
