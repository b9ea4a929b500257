#include "loader/session/clearance.h"

#include <algorithm>
#include <csignal>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>

#include "base/deadline.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/number.h"
#include "base/text.h"
#include "loader/session/chroot.h"

namespace kboot {
namespace {

constexpr int kPoll = 20;  // milliseconds

/// The processes that this one was started by, the nearest first: the session whose shell it runs in, say.
std::vector<pid_t> ancestors() {
  constexpr std::size_t kMost = 64;
  std::vector<pid_t> above;
  for (std::string process = "self"; above.size() < kMost;) {
    const std::string stat = read_small_file("/proc/" + process + "/stat");
    // `PID (NAME) STATE PARENT …`: the name may hold anything.
    const std::size_t name_end = stat.rfind(')');
    if (name_end == std::string::npos) break;
    const std::vector<std::string> fields = split_blanks(std::string_view(stat).substr(name_end + 1));
    const auto parent = fields.size() > 1 ? whole_number(fields[1]) : std::nullopt;
    if (!parent || *parent < 2) break;
    above.push_back(static_cast<pid_t>(*parent));
    process = fields[1];
  }
  return above;
}

/// Nothing here may stop a start.
template <typename Work>
void without_fail(const Work& work) noexcept {
  try {
    work();
  } catch (const std::exception& error) {
    log_warning("{}", describe(error));
  }
}

}  // namespace

void Clearance::clean_up() noexcept {
  without_fail([&] { take_down(Whose::of_the_dead); });
}

void Clearance::clear() noexcept {
  without_fail([&] { end_others(); });
  without_fail([&] { take_down(Whose::everybodys); });
}

/// Each gives up what it holds as it ends, its copies of keys included.
void Clearance::end_others() {
  // The end of a session takes along what runs on its terminal: of one that this process is part of, only
  // what it holds is taken down.
  const std::vector<pid_t> above = ancestors();
  const auto others = [&] {
    std::vector<Ledger::Holder> all = ledger_.holders();
    std::erase_if(all, [&](const Ledger::Holder& holder) {
      return holder.is_self || !holder.lives ||
             std::find(above.begin(), above.end(), holder.process) != above.end();
    });
    return all;
  };
  std::vector<Ledger::Holder> left = others();
  for (const Ledger::Holder& other : left) {
    log_info("{} holds something, its session is ended", printable(other.record.console));
    ::kill(other.process, SIGTERM);
  }
  for (const Deadline deadline = Deadline::in(patience_); !left.empty() && !deadline.expired();
       left = others())
    ::poll(nullptr, 0, kPoll);
}

/// Round after round, as long as something goes: one process may hold what lies on another's.
void Clearance::take_down(Whose whose) {
  for (bool any = true; any;) {
    any = false;
    for (const Ledger::Holder& holder : ledger_.holders()) {
      if (whose == Whose::of_the_dead && holder.lives) continue;
      const auto& holdings = holder.record.holdings;
      const std::vector<Holding> last_first(holdings.rbegin(), holdings.rend());
      for (const Holding& holding : last_first) {
        if (!take_down(holding)) continue;
        ledger_.strike(holder, holding);
        log_info("{} of {} was taken down: {}", kind_name(holding.kind), printable(holder.record.console),
                 printable(holding.name));
        any = true;
      }
    }
  }
}

/// False when it is in use.
bool Clearance::take_down(const Holding& holding) {
  switch (holding.kind) {
    case Holding::Kind::mount:
      return resolver_.mounter().take_down(holding.name);
    case Holding::Kind::array:
    case Holding::Kind::group:
    case Holding::Kind::luks:
      return resolver_.volumes().take_down(holding);
    case Holding::Kind::iscsi:
      try {
        resolver_.initiator().log_out(holding.name);
        return true;
      } catch (const Error& error) {
        log_info("{}", describe(error));
        return false;
      }
    case Holding::Kind::chroot:
      trees_.end();
      return true;
  }
  return false;
}

void Clearance::make_clean() noexcept {
  without_fail([&] {
    const std::vector<Ledger::Holder> all = ledger_.holders();
    for (const Ledger::Holder& holder : all)
      for (const Holding& holding : holder.record.holdings)
        if (holding.kind == Holding::Kind::mount) resolver_.mounter().make_clean(holding.name);
    for (const Ledger::Holder& holder : all)
      for (const Holding& holding : holder.record.holdings)
        if (holding.kind == Holding::Kind::luks) resolver_.volumes().forget_key(holding.name);
  });
}

}  // namespace kboot
