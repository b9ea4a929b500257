#pragma once

#include "loader/entries/published.h"
#include "loader/session/session.h"

namespace kboot {

/// What a prompt has below it.
struct Attended {
  Place place;
  bool over_ssh;
  bool interrupted;  ///< ^C came before the first prompt
  bool finds;        ///< the disks of this machine are looked at for what can be booted
  const Published& published;
};

/// The first screen, then the prompt until its end: what a person gets who sits at a terminal.
void attend(Session& session, const Attended& here);

}  // namespace kboot
