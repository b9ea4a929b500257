#include "loader/session/published_root.h"

#include <utility>

#include "loader/entries/found.h"
#include "loader/session/configuration.h"

namespace kboot {

bool PublishedRoot::take_root(Resolver& resolver) {
  if (state_.place != Place::loader || state_.fstab_of != FstabOf::booted_system) return false;
  if (state_.restricted()) return false;
  BootedRoot booted = resolver.booted_root();
  const auto root = find_root(published_, booted);
  if (!root) return false;
  if (state_.reported.insert(root->sentence).second) report_.note(Shown::text(root->sentence));
  state_.found_root = root->node;
  booted.device = root->node;
  resolver.set_booted_root(std::move(booted));
  Diagnostics diagnostics;
  reread_booted_fstab(resolver, diagnostics);
  report_.notes(diagnostics);
  return true;
}

std::string PublishedRoot::candidates() {
  if (state_.place != Place::loader) return "";
  const auto found = published_.read();
  return found ? root_candidates(*found) : "";
}

}  // namespace kboot
