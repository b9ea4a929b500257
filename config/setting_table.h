#pragma once

#include <span>
#include <string_view>

namespace kboot {

/// A setting: a variable that kboot.conf(5) describes. What is known of it by its name is here, once.
struct Setting {
  enum class Type {
    boolean,
    seconds,
    number,
    choice,  ///< one of some words
    text,
    hash,     ///< of a password: crypt(5)
    lines,    ///< a line to boot, or several
    path,     ///< of a file or folder
    initrds,  ///< paths between commas
    device,
  };
  /// kboot-11 has no such setting, so an old kboot.conf may use the name as a label's; names with a dot can
  /// be no label's.
  enum class Age { old, young };

  std::string_view name;
  Type type;
  Age age = Age::young;
  bool secret = false;          ///< its value is shown nowhere
  std::string_view words = {};  ///< of a choice, with a blank between each
};

/// All settings but those of the network's links (`net.eth0`), sorted by name.
std::span<const Setting> setting_table();

/// The row of that name, or null.
const Setting* find_setting(std::string_view name);

}  // namespace kboot
