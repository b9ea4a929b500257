#include "config/formats/syslinux_line.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/formats/places.h"

namespace kboot {
namespace {

/// Keywords that change what the screen looks like, or how the boot: prompt behaves. `F` with a digit is one,
/// too.
constexpr std::array<std::string_view, 22> kIgnored = {
    "ALLOWOPTIONS", "CONSOLE",     "DISPLAY",    "DISPLAYHIGHLIGHT", "EXTENSIONS", "FONT",    "IMPLICIT",
    "IPAPPEND",     "KBDMAP",      "NOCOMPLETE", "NOESCAPE",         "NOHALT",     "ONERROR", "PROMPT",
    "SAY",          "SENDCOOKIES", "SERIAL",     "SYSAPPEND",        "TEXTHELP",   "FDTDIR",  "DEVICETREEDIR",
    "PATH"};

}  // namespace

bool is_syslinux_ignored(std::string_view keyword) {
  if (std::find(kIgnored.begin(), kIgnored.end(), keyword) != kIgnored.end()) return true;
  return keyword.size() >= 2 && keyword.size() <= 3 && keyword[0] == 'F' && keyword[1] >= '0' &&
         keyword[1] <= '9';
}

std::string upper_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return result;
}

KeywordLine split_keyword(std::string_view line) {
  line = trim(line);
  const std::string_view word = line.substr(0, line.find_first_of(" \t"));
  return {word, trim(line.substr(word.size()))};
}

bool is_syslinux_menu_program(std::string_view file) {
  const std::string name = lower_case(file_name_of(file));
  return name == "menu.c32" || name == "vesamenu.c32" || name == "gfxmenu.c32" || name == "menu.com";
}

}  // namespace kboot
