#include "loader/app/parts.h"

#include <type_traits>

#include "base/error.h"
#include "loader/app/site_files.h"
#include "loader/attempts/absent_booted_entry.h"
#include "loader/attempts/absent_firmware_boot.h"
#include "loader/consoles/absent_connection.h"
#include "loader/entries/discovery_daemon.h"
#include "loader/handoff/absent_handoffs.h"
#include "loader/network/absent_clock.h"
#include "loader/network/link_daemon.h"
#include "loader/prompt/completion.h"
#include "loader/prompt/menu/terminal_menu.h"
#include "loader/watchdog/absent_watchdog.h"
#include "loader/watchdog/watchdog_daemon.h"

namespace kboot {
namespace {

/// The parts that this kboot has, from CMakeLists.txt. What is not chosen by one of these is not linked.
constexpr bool kHasClock = KBOOT_HAS_CLOCK;
constexpr bool kHasChroot = KBOOT_HAS_CHROOT;
constexpr bool kHasCompletion = KBOOT_HAS_COMPLETION;
constexpr bool kHasEntries = KBOOT_HAS_ENTRIES;
constexpr bool kHasHandoff = KBOOT_HAS_HANDOFF;
constexpr bool kHasMenu = KBOOT_HAS_MENU;
constexpr bool kHasOnce = KBOOT_HAS_ONCE;
constexpr bool kHasSite = KBOOT_HAS_SITE;
constexpr bool kHasSsh = KBOOT_HAS_SSH;
constexpr bool kHasWatchdog = KBOOT_HAS_WATCHDOG;

template <bool is_there, typename Real, typename Absent>
auto make() {
  return std::make_unique<std::conditional_t<is_there, Real, Absent>>();
}

[[noreturn]] void absent_daemon(const std::function<Variables()>& /*built_in*/) {
  fail("left out of this kboot");
}

}  // namespace

Parts make_parts() {
  return {make<kHasOnce, EfiBootedEntry, AbsentBootedEntry>(),
          make<(kHasOnce && kHasEntries), EfiFirmwareBoot, AbsentFirmwareBoot>(),
          make<kHasClock, LinuxClock, AbsentClock>(),
          make<kHasSsh, SshConnection, AbsentConnection>(),
          make<kHasHandoff, MemoryHandoffs, AbsentHandoffs>(),
          make<kHasHandoff, Pmsg, AbsentPersistentLog>(),
          make<kHasSsh, Dropbear, AbsentSshServer>(),
          make<kHasSsh, SshFiles, AbsentSshSettings>(),
          make<kHasChroot, ChrootTrees, AbsentTrees>(),
          make<kHasWatchdog, LinuxWatchdog, AbsentWatchdog>()};
}

PromptParts make_prompt_parts(Session& session) {
  PromptParts parts;
  if constexpr (kHasCompletion) {
    const auto completer = std::make_shared<Completer>(session);
    parts.complete = [completer](std::string_view before, std::string_view word) {
      return completer->complete(before, word);
    };
  } else {
    parts.complete = [](std::string_view /*before*/, std::string_view /*word*/) { return Completion{}; };
  }
  if constexpr (kHasMenu)
    parts.make_menu = make_terminal_menu;
  else
    parts.make_menu = make_absent_menu;
  return parts;
}

std::unique_ptr<Held> hold_for_ssh(Consoles& consoles, std::chrono::seconds longest) {
  if constexpr (kHasSsh)
    return std::make_unique<HoldProcess>(consoles, longest, own_ssh_server());
  else
    return nullptr;
}

Daemons daemons() {
  Daemons all{absent_daemon, run_link_daemon, absent_daemon};
  if constexpr (kHasEntries) all.discovery = run_discovery_daemon;
  if constexpr (kHasWatchdog) all.watchdog = run_watchdog_daemon;
  return all;
}

Diagnostics take_site(const std::string& device, Resolver& resolver) {
  if constexpr (kHasSite)
    return take_site_files(device, resolver, "");
  else
    return {{"kboot.site=" + device, 0, "left out of this kboot"}};
}

}  // namespace kboot
