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
  bool hidden = false;                ///< MENU HIDE
  bool no_entry = false;              ///< MENU DISABLE, SEPARATOR, EXIT, QUIT, GOTO: it boots nothing
  bool menu_default = false;
};

/// All labels of a SYSLINUX configuration and of the files that it includes.
struct SyslinuxMenu {
  std::vector<SyslinuxLabel> labels;
  std::string append;        ///< the global APPEND
  std::string default_line;  ///< of the line DEFAULT
  std::string on_timeout;
  std::optional<unsigned> timeout;        ///< in tenths of a second; nothing and 0: it waits
  std::optional<unsigned> total_timeout;  ///< the same
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
