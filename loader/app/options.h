#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kboot {

/// kboot's own command line: kboot(8), OPTIONS.
struct Options {
  std::optional<std::string> config;
  std::optional<std::string> fstab;
  std::vector<std::pair<std::string, std::string>> set;
  std::vector<std::string> devices;  ///< `--device`: folders that stand for disks
  bool dry_run = false;
  bool json = false;
  bool progress = false;            ///< downloads show how far they are, though nobody sits at a prompt
  bool discover = false;            ///< `--discover`: not a session, but what looks for boot entries
  bool network = false;             ///< `--network`: not a session, but what keeps the links up
  std::optional<std::string> site;  ///< `--site`: not a session, but what init runs once for kboot.site=
  bool watchdog = false;            ///< `--watchdog`: not a session either, but what feeds the watchdog
  bool help = false;
  bool version = false;
  std::vector<std::string> lines;     ///< `-c`
  std::optional<std::string> script;  ///< a file of lines
};

/// Parses the arguments behind the program's name. Throws UsageError.
Options parse_options(std::vector<std::string> arguments);

/// What `--help` prints.
const char* usage();

}  // namespace kboot
