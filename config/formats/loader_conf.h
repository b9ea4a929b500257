#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "config/formats/source_reader.h"

namespace kboot {

/// What systemd-boot's `loader.conf` says, as far as it is of use here. It holds for all entries of its
/// partition: those of `loader/entries` and the images of `EFI/Linux`.
struct LoaderConf {
  bool there = false;
  /// Of `preferred`, then `default`: a pattern for an entry's name. `@saved` is the entry that was started
  /// last, when that is known.
  std::vector<std::string> patterns;
  /// Some pattern is for what systemd-boot finds by itself, Windows say: no other entry takes its place.
  bool means_one = false;
  std::optional<unsigned> timeout;  ///< in seconds; nothing: it waits for ever, or says none
};

/// Reads the file; one that is not there says nothing.
LoaderConf read_loader_conf(const FilePlace& file, SourceReader& reader, Diagnostics& diagnostics);

/// How loader.conf may call an entry: `debian.conf`, `debian+3.conf` and `debian` for a file
/// `debian+3.conf`.
std::vector<std::string> loader_conf_names(const std::string& file_name);

/// Which entry the patterns choose.
struct LoaderConfChoice {
  std::optional<std::size_t> entry;  ///< index
  bool elsewhere = false;            ///< one of another folder, of the firmware, or one that is not known
};

/// The choice among entries that have these names each; nothing when no pattern fits. `other` is the folder
/// of the partition's other entries, if it may have one: its files that end with `extension`.
LoaderConfChoice choose_by_loader_conf(const LoaderConf& conf,
                                       const std::vector<std::vector<std::string>>& names,
                                       const std::optional<FilePlace>& other, const std::string& extension,
                                       SourceReader& reader);

}  // namespace kboot
