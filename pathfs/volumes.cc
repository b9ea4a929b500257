#include "pathfs/volumes.h"

#include "pathfs/location.h"

namespace kboot {

bool may_be_volume(std::string_view name) {
  if (is_tag(name)) return true;
  if (name.starts_with("/dev/")) name.remove_prefix(5);
  return name.starts_with("md") || name.starts_with("dm-") || name.find('/') != std::string_view::npos;
}

}  // namespace kboot
