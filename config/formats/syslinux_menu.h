#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "config/formats/source_reader.h"

namespace kboot {

/// A LABEL of a SYSLINUX configuration with the lines below it, nothing looked up.
struct SyslinuxLabel {
  /// What the line KERNEL stands for, by its keyword or its file's name.
  enum class Type { none, kernel, config, local_boot, other };

  std::string name;
  std::string menu_label;  ///< MENU LABEL, with its `^`
  std::vector<std::string> submenu;
  FilePlace file;
  int line = 0;
  Type type = Type::none;
  std::string keyword;  ///< KERNEL, LINUX, COM32, …, in capital letters
  std::string kernel;   ///< a file's name, with words for it behind
  std::string initrd;
  std::string fdt;
  std::optional<std::string> append;  ///< nothing: the global one counts
  std::size_t global_append = 0;      ///< index of it in SyslinuxMenu::appends
  bool hidden = false;                ///< MENU HIDE
  bool no_entry = false;              ///< MENU DISABLE, SEPARATOR, EXIT, QUIT, GOTO: it boots nothing
  bool menu_default = false;
  std::size_t screen = 0;               ///< index of the screen that shows it
  std::optional<std::size_t> leads_to;  ///< index of the screen of the configuration that it starts
};

/// One line on the screen of a menu.
struct SyslinuxChoice {
  enum class Kind { label, screen };
  Kind kind = Kind::label;
  std::size_t index = 0;
};

/// What a menu program shows at a time: a configuration, or what stands between a MENU BEGIN and its MENU
/// END.
struct SyslinuxScreen {
  std::size_t configuration = 0;        ///< index
  std::optional<std::size_t> around;    ///< index of the screen that leads here within the configuration
  std::optional<SyslinuxChoice> first;  ///< of what can be chosen
  std::optional<SyslinuxChoice> menu_default;
  std::optional<std::string> on_timeout;  ///< nothing: that of the screen around it
  std::optional<unsigned> timeout;        ///< the same; in tenths of a second; 0: it waits
};

/// A file that a menu program or the boot: prompt was started with, and all that it includes.
struct SyslinuxConfiguration {
  std::string default_line;      ///< of the last DEFAULT; empty when that names a menu program
  bool ui = false;               ///< a line UI stands in it
  bool menu_by_default = false;  ///< the last DEFAULT names a menu program
  bool menu_by_label = false;    ///< it is what a label gives to a menu program
  std::size_t start = 0;         ///< index of the screen that is shown first
};

/// All labels of a SYSLINUX configuration and of the files that it leads to.
struct SyslinuxMenu {
  std::vector<SyslinuxLabel> labels;
  std::vector<SyslinuxScreen> screens;                ///< the first is the file's own
  std::vector<SyslinuxConfiguration> configurations;  ///< the first is the file's own
  std::vector<std::string> appends;                   ///< each global APPEND; the first is empty
  std::optional<unsigned> total_timeout;              ///< in tenths of a second; nothing and 0: it waits
  Diagnostics diagnostics;
};

/// Reads `file` and what it leads on to. Throws Error when `file` itself cannot be read.
SyslinuxMenu read_syslinux_menu(const FilePlace& file, SourceReader& reader);

/// The folder that relative paths of the configuration `file` start at.
std::string syslinux_folder(const FilePlace& file);

/// A file that a SYSLINUX configuration names: `/x` and `::x` from the top, `server::x` by TFTP, a URL, all
/// else from `folder`. `\` separates as `/` does.
FilePlace syslinux_place(std::string written, const std::string& device, const std::string& folder);

}  // namespace kboot
