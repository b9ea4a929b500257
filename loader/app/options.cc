#include "loader/app/options.h"

#include <getopt.h>

#include "base/text.h"
#include "config/variables.h"
#include "loader/session/session.h"
#include "loader/terminal/json.h"

namespace kboot {

namespace {

constexpr const char* kUsage =
    "usage: kboot [--config FILE] [--fstab FILE] [--set NAME=VALUE]... [-n|--dry-run]\n"
    "             [--device NAME=DIR[,UUID=UUID]...]... [--json] [--progress] [-c LINE]... [SCRIPT]\n"
    "\n"
    "  --config FILE     read FILE instead of /etc/kboot.conf\n"
    "  --fstab FILE      the booted system's file systems\n"
    "  --set NAME=VALUE  set a variable as if it were typed\n"
    "  -n, --dry-run     show what would be booted, change nothing\n"
    "  --device NAME=DIR with -n: a directory stands for a disk, and no other disk exists\n"
    "                    (,UUID= ,LABEL= ,PARTUUID= ,PARTLABEL= ,TYPE= may follow)\n"
    "  --json            one JSON object a line on standard output\n"
    "  --progress        show how far downloads are, with -c and SCRIPT too\n"
    "  -c LINE           run LINE and exit; may be repeated\n"
    "  SCRIPT            run the lines of a file and exit\n"
    "  --version         show the version\n"
    "\n"
    "Without -c and SCRIPT: a prompt, or the lines of standard input.\n"
    "Exit status: 0 done, 1 the last line failed, 2 wrong usage.\n";

enum LongOption {
  kConfig = 256,
  kFstab,
  kSet,
  kDevice,
  kJson,
  kProgress,
  kDiscover,
  kNetwork,
  kWatchdog,
  kSite,
  kHelp,
  kVersion
};

constexpr option kLongOptions[] = {
    {"config", required_argument, nullptr, kConfig}, {"fstab", required_argument, nullptr, kFstab},
    {"set", required_argument, nullptr, kSet},       {"device", required_argument, nullptr, kDevice},
    {"dry-run", no_argument, nullptr, 'n'},          {"json", no_argument, nullptr, kJson},
    {"progress", no_argument, nullptr, kProgress},   {"discover", no_argument, nullptr, kDiscover},
    {"network", no_argument, nullptr, kNetwork},     {"watchdog", no_argument, nullptr, kWatchdog},
    {"site", required_argument, nullptr, kSite},     {"help", no_argument, nullptr, kHelp},
    {"version", no_argument, nullptr, kVersion},     {nullptr, 0, nullptr, 0},
};

std::pair<std::string, std::string> parse_set(const std::string& word) {
  const auto assignment = split_assignment(word);
  if (!assignment) throw UsageError(fmt::format("--set {}: not NAME=VALUE", printable(word)));
  return {assignment->name, assignment->value};
}

}  // namespace

const char* usage() {
  return kUsage;
}

Options parse_options(std::vector<std::string> arguments) {
  Options options;
  std::vector<char*> argv = {const_cast<char*>("kboot")};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const int argc = static_cast<int>(argv.size()) - 1;

  ::optind = 0;  // 0 and not 1: glibc and musl both start afresh then, so that tests can call this twice
  ::opterr = 0;
  for (int found = 0; (found = ::getopt_long(argc, argv.data(), "nc:h", kLongOptions, nullptr)) != -1;) {
    switch (found) {
      case kConfig:
        options.config = ::optarg;
        break;
      case kFstab:
        options.fstab = ::optarg;
        break;
      case kSet:
        options.set.push_back(parse_set(::optarg));
        break;
      case kDevice:
        options.devices.emplace_back(::optarg);
        break;
      case 'n':
        options.dry_run = true;
        break;
      case kJson:
        require_json();
        options.json = true;
        break;
      case kProgress:
        options.progress = true;
        break;
      case 'c':
        options.lines.emplace_back(::optarg);
        break;
      case kDiscover:
        options.discover = true;
        break;
      case kNetwork:
        options.network = true;
        break;
      case kSite:
        options.site = ::optarg;
        break;
      case kWatchdog:
        options.watchdog = true;
        break;
      case 'h':
      case kHelp:
        options.help = true;
        break;
      case kVersion:
        options.version = true;
        break;
      default:
        throw UsageError(
            fmt::format("{}: unknown option, or its argument is missing", printable(argv[::optind - 1])));
    }
  }
  if (::optind < argc) options.script = argv[::optind++];
  if (::optind < argc) throw UsageError(fmt::format("{}: one script is enough", printable(argv[::optind])));
  if (options.script && !options.lines.empty()) throw UsageError("-c and a script do not go together");
  if (!options.devices.empty() && !options.dry_run) throw UsageError("--device works with -n only");
  return options;
}

}  // namespace kboot
