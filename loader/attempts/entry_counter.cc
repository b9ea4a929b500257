#include "loader/attempts/entry_counter.h"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/scope_exit.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "loader/attempts/partition_place.h"
#include "loader/terminal/report.h"

namespace kboot {
namespace {

void rename_for_good(const std::string& folder, const std::string& from, const std::string& to) {
  const UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) fail_errno(errno, "");
  if (::renameat(fd.get(), from.c_str(), fd.get(), to.c_str()) != 0 || ::fsync(fd.get()) != 0)
    fail_errno(errno, "rename " + printable(from));
}

}  // namespace

void EntryCounter::tell(const std::exception& error) {
  const Shown message = show("tries.store=bls: {}", describe(error));
  log_line(LogLevel::warning, message);
  report_.note(message);
}

void EntryCounter::prepare(const std::optional<EntryFile>& entry) {
  counted_.reset();
  if (!on_ || !entry || !entry->name.counted) return;
  try {
    counted_ = place_on_partition(entry->file, mounter_);
  } catch (const std::exception& error) {
    tell(error);
  }
}

std::string EntryCounter::count_down(const MountedPlace& file) {
  const std::size_t slash = file.path.rfind('/');
  const std::string folder = file.path.substr(0, slash);
  const std::string from = file.path.substr(slash + 1);
  const std::string to = after_start(parse_counted_name(from)).file_name();

  MountRequest request = file.request;
  request.access = Access::read_write;
  // FAT has no journal: without this the old name could be gone from the disk before the new one is there.
  request.options += request.options.empty() ? "dirsync" : ",dirsync";
  const std::string top = mounter_.mount_alone(request);
  const ScopeExit unmount([&] { mounter_.unmount(top); });
  rename_for_good(top + folder, from, to);
  return folder + "/" + to;
}

void EntryCounter::record() {
  if (!on_) return;
  std::optional<std::string> path;
  try {
    if (counted_) path = count_down(*counted_);
  } catch (const std::exception& error) {
    tell(error);
  }
  try {
    booted_entry_.tell(path);
  } catch (const std::exception& error) {
    tell(error);
  }
}

}  // namespace kboot
