#pragma once

#include <string>
#include <utility>
#include <vector>

#include "loader/prompt/menu/menu_model.h"

namespace kboot::test {

inline MenuEntry menu_entry(const std::string& place, const std::string& name, std::string title,
                            std::size_t number) {
  MenuEntry entry;
  entry.id = place + "#" + name;
  entry.line = entry.id;
  entry.edit = place + ":/boot/vmlinuz-" + name;
  entry.title = std::move(title);
  entry.number = number;
  return entry;
}

/// Two disks: sda1 with a sub-menu, nvme0n1p3 with something that cannot be booted and something locked.
inline std::vector<MenuPlace> two_disks() {
  MenuPlace sda1{"sda1", "Debian GNU/Linux 12", {}};
  sda1.entries = {menu_entry("sda1", "debian", "Debian GNU/Linux", 1),
                  menu_entry("sda1", "6.1", "Debian GNU/Linux, with Linux 6.1", 2),
                  menu_entry("sda1", "6.1-rescue", "Debian GNU/Linux, with Linux 6.1 (recovery mode)", 3)};
  for (std::size_t i : {1, 2}) sda1.entries[i].submenu = {"Advanced options"};
  sda1.entries[0].is_default = true;
  MenuPlace nvme{"nvme0n1p3", "", {}};
  nvme.entries = {menu_entry("nvme0n1p3", "windows", "Windows Boot Manager", 4),
                  menu_entry("nvme0n1p3", "locked", "LUKS volume", 5)};
  nvme.entries[0].kind = MenuEntry::Kind::unbootable;
  nvme.entries[0].why = "only the firmware starts it";
  nvme.entries[1].kind = MenuEntry::Kind::locked;
  nvme.entries[1].why = "locked: a passphrase opens it";
  return {sda1, nvme};
}

inline MenuKey key(MenuKey::Code code) {
  return {code, ""};
}
inline MenuKey key(std::string character) {
  return {MenuKey::Code::character, std::move(character)};
}

}  // namespace kboot::test
