#include "pathfs/nfs_export.h"

#include "base/error.h"
#include "base/text.h"

namespace kboot {

NfsExport parse_nfs_export(const std::string& source) {
  const bool bracketed = source.starts_with('[');
  const std::size_t colon = bracketed ? source.find("]:") + 1 : source.find(':');
  if (colon == 0 || colon == std::string::npos || colon + 1 >= source.size() || source[colon + 1] != '/')
    fail("not an NFS export: {}", printable(source));
  return {bracketed ? source.substr(1, colon - 2) : source.substr(0, colon), source.substr(colon + 1)};
}

}  // namespace kboot
