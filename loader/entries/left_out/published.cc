#include "loader/entries/published.h"

#include "base/error.h"
#include "loader/entries/boot_places.h"
#include "loader/entries/discovery_daemon.h"
#include "loader/entries/found.h"

namespace kboot {

Published Published::of_this_machine() {
  return Published("/nonexistent");
}

std::optional<PublishedEntries> Published::read() const {
  return std::nullopt;
}

void run_discovery_daemon(const std::function<Variables()>& /*built_in*/) {
  fail("left out of this kboot");
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): as the real one, which keeps it
PublishedWatch::PublishedWatch(const std::string& /*folder*/, std::string /*file*/) {}

bool PublishedWatch::changed() {
  return false;
}

const PublishedPlace* PublishedEntries::find(std::string_view /*name*/) const {
  return nullptr;
}

std::string found_line(const PublishedEntries& /*published*/, const std::string& /*list_command*/) {
  return "";
}

std::optional<FoundRoot> find_root(const Published& /*published*/, const BootedRoot& /*booted*/) {
  return std::nullopt;
}

std::string root_candidates(const PublishedEntries& /*published*/) {
  return "";
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): as the real one, which changes it
EntryList list_with_volumes(PublishedEntries /*published*/, Resolver& /*resolver*/,
                            const ListNote& /*note*/) {
  return {};
}

std::optional<BootPlace> find_place(std::string_view /*word*/, Resolver& /*resolver*/,
                                    const Location& /*cwd*/) {
  return std::nullopt;
}

EntryList list_place(const BootPlace& /*place*/, Resolver& /*resolver*/) {
  return {};
}

EntryList PublishedEntries::list() const {
  return {};
}

}  // namespace kboot
