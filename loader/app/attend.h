#pragma once

#include "loader/entries/published.h"
#include "loader/prompt/prompt.h"
#include "loader/session/session.h"
#include "loader/session/ssh_server.h"

namespace kboot {

/// What a prompt has below it.
struct Attended {
  Place place = Place::loader;
  bool over_ssh = false;
  bool interrupted = false;  ///< ^C came before the first prompt
  bool finds = false;        ///< the disks of this machine are looked at for what can be booted
  const Published& published;
  PromptParts prompt;
  SshSettings& ssh_settings;
};

/// The first screen, then the prompt until its end: what a person gets who sits at a terminal.
void attend(Session& session, const Attended& here);

}  // namespace kboot
