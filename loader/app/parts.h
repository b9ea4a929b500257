#pragma once

#include <functional>
#include <memory>

#include <sys/types.h>

#include "base/diagnostic.h"
#include "config/variables.h"
#include "loader/attempts/booted_entry.h"
#include "loader/attempts/firmware_boot.h"
#include "loader/consoles/connection.h"
#include "loader/consoles/consoles.h"
#include "loader/consoles/dropbear.h"
#include "loader/consoles/hold_process.h"
#include "loader/handoff/handoffs.h"
#include "loader/handoff/persistent_log.h"
#include "loader/network/clock.h"
#include "loader/prompt/prompt.h"
#include "loader/session/chroot.h"
#include "loader/session/ssh_server.h"
#include "loader/watchdog/watchdog.h"

namespace kboot {

/// What a profile may leave out (KBOOT_PARTS in CMakeLists.txt): the real part, or an object that stands for
/// it and says so. Nothing above the parts' own rooms knows which it is.
struct Parts {
  std::unique_ptr<BootedEntry> booted_entry;
  std::unique_ptr<FirmwareBoot> firmware_boot;
  std::unique_ptr<Clock> clock;
  std::unique_ptr<Connection> connection;
  std::unique_ptr<Handoffs> handoffs;
  std::unique_ptr<PersistentLog> persistent_log;
  std::unique_ptr<SshServer> ssh_server;
  std::unique_ptr<SshSettings> ssh_settings;
  std::unique_ptr<Trees> trees;
  std::unique_ptr<Watchdog> watchdog;
};
Parts make_parts();

/// What the prompt offers in that session, which outlives it.
PromptParts make_prompt_parts(Session& session);

/// Keeps autoboot waiting for an ssh session without a prompt: see HoldProcess. Null: nobody comes by ssh.
std::unique_ptr<Held> hold_for_ssh(Consoles& consoles, std::chrono::seconds longest);

/// What init runs in the background: begins with what is built in. Throws Error when it was left out.
using Daemon = void (*)(const std::function<Variables()>& built_in);
struct Daemons {
  Daemon discovery;
  Daemon network;
  Daemon watchdog;
};
Daemons daemons();

/// See take_site_files().
Diagnostics take_site(const std::string& device, Resolver& resolver);

}  // namespace kboot
