#include "pathfs/iscsi_user.h"

#include "base/error.h"
#include "base/text.h"

namespace kboot {

IscsiUser parse_iscsi_user(std::string_view text) {
  const std::string_view line = trim(text.substr(0, text.find('\n')));
  const std::size_t blank = line.find_first_of(" \t");
  if (blank == std::string_view::npos) fail("a name, a blank and a secret are wanted");
  return {std::string(line.substr(0, blank)), std::string(trim(line.substr(blank)))};
}

}  // namespace kboot
