#include "loader/session/entry_lines.h"

namespace kboot {

std::optional<EntryTarget> EntryLines::find(const std::vector<std::string>& /*words*/) {
  return std::nullopt;
}

std::optional<EntryTarget> EntryLines::find_configuration(const std::vector<std::string>& /*words*/) {
  return std::nullopt;
}

std::optional<EntryTarget> EntryLines::find_image(const std::vector<std::string>& /*words*/,
                                                  std::string_view /*head*/) {
  return std::nullopt;
}

void EntryLines::boot(const EntryTarget& /*target*/) {
  fail("no boot entries: this kboot does not know any");
}

bool EntryLines::boot_default_of(const std::string& /*device*/) {
  return false;
}

}  // namespace kboot
