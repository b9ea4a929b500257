#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "config/formats/source_reader.h"

namespace kboot {

/// A file that a multiboot kernel is given, with its own words (without the file's name).
struct BootModule {
  FilePlace file;
  std::string cmdline;
  bool operator==(const BootModule&) const = default;
};

/// One thing that a boot source offers, as the format says it. Nothing here says whether the files exist.
struct SourceEntry {
  enum class Kind { linux, multiboot, uki, firmware, locked, unbootable };

  std::string name;  ///< what the source calls it: GRUB's --id, a label, a file's name; empty: by its title
  std::string title;
  std::vector<std::string> submenu;  ///< titles of the menus around it, the outermost first
  FilePlace file;                    ///< where it is written
  int line = 0;                      ///< from 1; 0: the whole file
  Kind kind = Kind::linux;
  std::optional<FilePlace> kernel;
  std::vector<FilePlace> initrds;
  std::vector<BootModule> modules;  ///< multiboot only
  std::optional<FilePlace> devicetree;
  std::string cmdline;
  std::size_t profile = 0;         ///< which one of a Unified Kernel Image
  std::vector<std::string> parts;  ///< of a Unified Kernel Image, for people: `.linux 11 MB`
  std::string why;                 ///< why it is unbootable or locked
  bool operator==(const SourceEntry&) const = default;
};

/// How many bytes the entries of one source may put together. What a text says once and each entry repeats, a
/// global APPEND say, would take memory without end: a text of 256 KB has 10,000 labels and 100 KB for each.
class EntryBudget {
 public:
  /// False when it is used up.
  bool spend(std::size_t bytes) {
    if (bytes > left_) left_ = 0;
    left_ -= std::min(left_, bytes);
    return left_ > 0;
  }

  static constexpr std::size_t kBytes = std::size_t{2} << 20;

 private:
  std::size_t left_ = kBytes;
};

/// What one file or folder says can be booted. A parser gives it whole, however bad the text: what it did not
/// understand is in `diagnostics`.
struct BootSource {
  std::string format;  ///< `grub`
  FilePlace file;
  std::vector<SourceEntry> entries;          ///< in the source's order
  std::optional<std::size_t> default_entry;  ///< index into `entries`
  bool default_elsewhere = false;            ///< the text names an entry of another source as the default
  std::optional<unsigned> timeout;           ///< in seconds; nothing: it waits for ever, or says none
  Diagnostics diagnostics;
};

}  // namespace kboot
