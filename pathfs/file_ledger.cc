#include "pathfs/file_ledger.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/deadline.h"
#include "base/directory.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/number.h"
#include "base/sleep.h"
#include "base/text.h"

namespace kboot {
namespace {

constexpr const char* kLock = "lock";
/// One who cleans up has the lock for a moment, one who starts a kernel for good.
constexpr std::chrono::milliseconds kPatience{1000};
constexpr std::chrono::milliseconds kPoll{20};

/// When a process started, in the kernel's ticks (proc(5), /proc/PID/stat, field 22): no two processes with
/// the same number have it in common. Nothing when there is none.
std::optional<std::uint64_t> start_of(const std::string& process) {
  constexpr std::size_t kStart = 19;  // behind the name, which may hold anything and ends with the last `)`
  const std::string stat = read_small_file("/proc/" + process + "/stat");
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  const std::vector<std::string> fields = split_blanks(std::string_view(stat).substr(name_end + 1));
  // A zombie holds nothing any more, and waits for nobody but its parent.
  if (fields.size() <= kStart || fields[0] == "Z") return std::nullopt;
  return whole_number(fields[kStart]);
}

/// `PID-START`, or nothing when the file is no record's.
std::optional<std::pair<std::uint64_t, std::uint64_t>> parse_file_name(std::string_view name) {
  const std::size_t dash = name.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto process = whole_number(name.substr(0, dash));
  const auto start = whole_number(name.substr(dash + 1));
  if (!process || !start || *process < 2 || *process > 0x7fffffff) return std::nullopt;
  return std::pair{*process, *start};
}

bool take_lock(const UniqueFd& fd, short type) noexcept {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return ::fcntl(fd.get(), F_OFD_SETLK, &lock) == 0;
}

UniqueFd open_lock(const std::string& path) noexcept {
  return UniqueFd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
}

}  // namespace

FileLedger::FileLedger(std::string folder, std::string console) : folder_(std::move(folder)) {
  own_.console = std::move(console);
  const std::string process = std::to_string(::getpid());
  own_file_ = fmt::format("{}-{}", process, start_of(process).value_or(0));
}

Ledger::Act FileLedger::begin(const Holding& holding) {
  UniqueFd lock;
  if (!closed_) {
    try {
      make_directories(folder_);
    } catch (const Error&) {
      return {};
    }
    lock = open_lock(path(kLock));
    const Deadline deadline = Deadline::in(kPatience);
    while (lock && !take_lock(lock, F_RDLCK)) {
      if (deadline.expired()) fail("another console starts a kernel: nothing is mounted or opened any more");
      sleep_until(Deadline::in(kPoll));
    }
  }
  const auto& known = own_.holdings;
  if (std::find(known.begin(), known.end(), holding) == known.end()) {
    own_.holdings.push_back(holding);
    write_own();
  }
  return Act(std::move(lock));
}

void FileLedger::end(const Holding& holding) noexcept {
  if (std::erase(own_.holdings, holding) > 0) write_own();
}

void FileLedger::write_own() noexcept {
  write(own_file_, own_);
}

void FileLedger::write(const std::string& file, const HoldingRecord& record) noexcept {
  constexpr mode_t kMode = 0600;
  try {
    if (record.holdings.empty())
      ::unlink(path(file).c_str());
    else
      write_file(path(file), holding_record_text(record), kMode);
  } catch (const std::exception& error) {
    log_warning("what this console holds cannot be written down: {}", describe(error));
  }
}

std::vector<Ledger::Holder> FileLedger::holders() const {
  std::vector<Holder> all;
  std::vector<std::pair<std::uint64_t, std::string>> files;
  for (const std::string& name : directory_names(folder_))
    if (const auto known = parse_file_name(name)) files.emplace_back(known->second, name);
  std::sort(files.begin(), files.end());
  for (const auto& [start, name] : files) {
    const std::string process = name.substr(0, name.find('-'));
    Holder holder{.process = static_cast<pid_t>(whole_number(process).value_or(0)),
                  .file = name,
                  .lives = start_of(process) == start,
                  .is_self = name == own_file_,
                  .record = parse_holding_record(read_small_file(path(name)))};
    if (!holder.record.holdings.empty()) all.push_back(std::move(holder));
  }
  return all;
}

void FileLedger::strike(const Holder& holder, const Holding& holding) noexcept {
  if (holder.is_self) return end(holding);
  try {
    HoldingRecord record = parse_holding_record(read_small_file(path(holder.file)));
    if (std::erase(record.holdings, holding) > 0) write(holder.file, record);
  } catch (const std::exception& error) {
    log_warning("{}", describe(error));
  }
}

void FileLedger::close(std::chrono::milliseconds patience) noexcept {
  if (closed_) return;
  try {
    make_directories(folder_);
    UniqueFd lock = open_lock(path(kLock));
    const Deadline deadline = Deadline::in(patience);
    while (lock && !take_lock(lock, F_WRLCK)) {
      if (deadline.expired()) {
        log_warning("another console does not finish what it mounts or opens");
        return;
      }
      ::usleep(static_cast<useconds_t>(std::chrono::microseconds(kPoll).count()));
    }
    closed_ = std::move(lock);
  } catch (const std::exception& error) {
    log_warning("{}", describe(error));
  }
}

}  // namespace kboot
