#include "pathfs/plain/mount_syntax.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <sys/mount.h>
#include <sys/sysmacros.h>

#include "base/file.h"
#include "base/number.h"
#include "base/text.h"

namespace kboot::plain {
namespace {

constexpr std::size_t kMaxMountinfo = std::size_t{1} << 20;

/// `\040` is a blank: three octal digits for what a field cannot hold.
std::string unescape(std::string_view field) {
  constexpr std::size_t kEscape = 4;
  const auto octal = [](char c) { return c >= '0' && c <= '7'; };
  std::string text;
  while (!field.empty()) {
    const bool escaped = field.size() >= kEscape && field[0] == '\\' &&
                         std::all_of(field.begin() + 1, field.begin() + kEscape, octal);
    text += escaped ? static_cast<char>((field[1] - '0') * 64 + (field[2] - '0') * 8 + (field[3] - '0'))
                    : field[0];
    field.remove_prefix(escaped ? kEscape : 1);
  }
  return text;
}

/// UUID="…" without its quotes.
std::string without_quotes(std::string source) {
  const std::size_t quote = source.find("=\"");
  if (quote == std::string::npos || !source.ends_with('"') || quote + 2 == source.size()) return source;
  source.pop_back();
  return source.erase(quote + 1, 1);
}

bool is_number(const std::string& text) {
  return whole_number(text).has_value();
}

constexpr std::array<std::string_view, 12> kPseudo = {"proc",    "sysfs",   "tmpfs",   "devtmpfs",
                                                      "devpts",  "cgroup",  "cgroup2", "securityfs",
                                                      "debugfs", "overlay", "mqueue",  "none"};

/// Flags of mount(2), and the options that take them back.
struct Flag {
  std::string_view name;
  unsigned long set;
  unsigned long cleared;
};
constexpr std::array kFlags = {
    Flag{"ro", MS_RDONLY, 0},
    Flag{"rw", 0, MS_RDONLY},
    Flag{"nosuid", MS_NOSUID, 0},
    Flag{"suid", 0, MS_NOSUID},
    Flag{"nodev", MS_NODEV, 0},
    Flag{"dev", 0, MS_NODEV},
    Flag{"noexec", MS_NOEXEC, 0},
    Flag{"exec", 0, MS_NOEXEC},
    Flag{"sync", MS_SYNCHRONOUS, 0},
    Flag{"async", 0, MS_SYNCHRONOUS},
    Flag{"dirsync", MS_DIRSYNC, 0},
    Flag{"remount", MS_REMOUNT, 0},
    Flag{"bind", MS_BIND, 0},
    Flag{"rbind", MS_BIND | MS_REC, 0},
    Flag{"noatime", MS_NOATIME, 0},
    Flag{"atime", 0, MS_NOATIME},
    Flag{"nodiratime", MS_NODIRATIME, 0},
    Flag{"diratime", 0, MS_NODIRATIME},
    Flag{"relatime", MS_RELATIME, 0},
    Flag{"norelatime", 0, MS_RELATIME},
    Flag{"strictatime", MS_STRICTATIME, 0},
    Flag{"lazytime", 1UL << 25, 0},  // MS_LAZYTIME
    Flag{"shared", MS_SHARED, 0},
    Flag{"rshared", MS_SHARED | MS_REC, 0},
    Flag{"slave", MS_SLAVE, 0},
    Flag{"rslave", MS_SLAVE | MS_REC, 0},
    Flag{"private", MS_PRIVATE, 0},
    Flag{"rprivate", MS_PRIVATE | MS_REC, 0},
    Flag{"silent", MS_SILENT, 0},
    Flag{"mand", MS_MANDLOCK, 0},
    Flag{"defaults", 0, 0},
};

/// What only mount(8) understands.
bool is_for_user_space(std::string_view name) {
  constexpr std::array<std::string_view, 16> kNames = {
      "auto",    "noauto", "user",    "nouser",  "users", "owner",  "noowner",   "group",
      "nogroup", "nofail", "_netdev", "comment", "loop",  "offset", "sizelimit", "encryption"};
  // x-systemd.automount and its like; X-mount.mkdir, too.
  return name.starts_with("x-") || name.starts_with("X-") ||
         std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

}  // namespace

std::optional<FstabLine> read_fstab_line(std::string_view line) {
  constexpr std::size_t kLeast = 3;  // libmount takes a line without options
  constexpr std::size_t kMost = 6;
  std::vector<std::string> fields = split_blanks(line);
  const auto is_comment = [](const std::string& field) { return field.starts_with('#'); };
  if (!fields.empty() && is_comment(fields[0])) return {};
  // What stands behind the first three fields may be a comment.
  if (fields.size() > kLeast)
    fields.erase(std::find_if(fields.begin() + kLeast, fields.end(), is_comment), fields.end());
  if (fields.size() < kLeast || fields.size() > kMost ||
      !std::all_of(fields.begin() + std::min<std::ptrdiff_t>(4, std::ssize(fields)), fields.end(), is_number))
    return {};
  FstabLine read{.source = without_quotes(unescape(fields[0])),
                 .target = unescape(fields[1]),
                 .type = unescape(fields[2]),
                 .options = fields.size() > kLeast ? unescape(fields[kLeast]) : ""};
  read.is_swap = read.type == "swap";
  read.has_device = std::find(kPseudo.begin(), kPseudo.end(), read.type) == kPseudo.end();
  return read;
}

/// Linux: Documentation/filesystems/proc.rst, 3.5.
std::vector<MountInfo> read_mountinfo(const std::string& file) {
  constexpr std::ptrdiff_t kBefore = 6;  // fields before those that may be there or not
  constexpr std::ptrdiff_t kBehind = 3;  // and behind the "-" that ends them
  std::vector<MountInfo> mounts;
  const std::string text = read_file_if_there(file, kMaxMountinfo).value_or("");
  for (const std::string_view line : lines_of(text)) {
    const std::vector<std::string> fields = split_blanks(line);
    const auto dash =
        std::find(std::next(fields.begin(), std::min(kBefore, std::ssize(fields))), fields.end(), "-");
    if (std::distance(dash, fields.end()) < kBehind + 1) continue;
    const std::size_t colon = fields[2].find(':');
    if (colon == std::string::npos) continue;
    const auto id = whole_number(fields[0]);
    const auto major = whole_number(fields[2].substr(0, colon));
    const auto minor = whole_number(fields[2].substr(colon + 1));
    if (!id || !major || !minor) continue;
    const auto has_ro = [](const std::string& options) {
      return ("," + options + ",").find(",ro,") != std::string::npos;
    };
    mounts.push_back({.id = static_cast<int>(*id),
                      .device = makedev(*major, *minor),
                      .root = unescape(fields[3]),
                      .target = unescape(fields[4]),
                      .type = unescape(dash[1]),
                      .source = unescape(dash[2]),
                      .read_only = has_ro(fields[kBefore - 1]) || has_ro(dash[3])});
  }
  return mounts;
}

std::vector<MountOption> read_options(std::string_view options) {
  std::vector<MountOption> all;
  while (!options.empty()) {
    const std::string_view one = options.substr(0, options.find(','));
    options.remove_prefix(std::min(options.size(), one.size() + 1));
    if (one.empty()) continue;
    const std::size_t equals = one.find('=');
    MountOption option{std::string(one.substr(0, equals)), {}};
    if (equals != std::string_view::npos) option.value = one.substr(equals + 1);
    all.push_back(std::move(option));
  }
  return all;
}

SortedOptions sort_options(std::string_view options) {
  SortedOptions sorted;
  for (MountOption& option : read_options(options)) {
    const auto* const flag =
        std::find_if(kFlags.begin(), kFlags.end(), [&](const Flag& one) { return one.name == option.name; });
    if (flag != kFlags.end())
      sorted.flags = (sorted.flags | flag->set) & ~flag->cleared;
    else if (!is_for_user_space(option.name))
      sorted.file_system.push_back(std::move(option));
  }
  return sorted;
}

}  // namespace kboot::plain
