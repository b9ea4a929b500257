#pragma once

#include <string>
#include <string_view>

namespace kboot {

/// How often an entry may be started, and how often it was, in the name of its file (UAPI Boot Loader
/// Specification, "Boot counting"): `debian+2-1.conf` is `debian.conf` with two tries left after one.
struct BootCount {
  unsigned left = 0;
  unsigned done = 0;
  bool operator==(const BootCount&) const = default;
};

/// A file's name, taken apart.
struct CountedName {
  std::string name;      ///< without the count: `debian.conf`
  bool counted = false;  ///< otherwise it is known to work, or nobody counts
  BootCount count;
  bool operator==(const CountedName&) const = default;

  /// No try is left.
  bool used_up() const { return counted && count.left == 0; }
  /// With the count: `debian+2-1.conf`.
  std::string file_name() const;
};

/// What stands before the last dot and has the form `+LEFT` or `+LEFT-DONE` is a count.
CountedName parse_counted_name(std::string_view file_name);

/// The name once it has been started one more time.
CountedName after_start(CountedName name);

/// Which of two files of the same entry counts, of which a power cut may leave both: the one that is known to
/// work, else that of the later start.
bool counts_before(const CountedName& one, const CountedName& other);

}  // namespace kboot
