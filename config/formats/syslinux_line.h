#pragma once

#include <string>
#include <string_view>

namespace kboot {

/// The first word of a line of a SYSLINUX configuration, and what is behind it.
struct KeywordLine {
  std::string_view word;
  std::string_view rest;
};
KeywordLine split_keyword(std::string_view line);

/// The text in capital letters, as keywords are compared.
std::string upper_case(std::string_view text);

/// Whether a keyword, in capital letters, is of no use here: it is for the screen or the boot: prompt.
bool is_syslinux_ignored(std::string_view keyword);

/// Whether a file is menu.c32, vesamenu.c32 or the like, which shows a menu of the files in its words.
bool is_syslinux_menu_program(std::string_view file);

}  // namespace kboot
