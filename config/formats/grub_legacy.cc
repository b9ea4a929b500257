#include "config/formats/grub_legacy.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "config/formats/places.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxEntries = 10'000;

/// Commands for screens, terminals and the firmware, of the menu's head or of an entry. What `chainloader`
/// needs (makeactive, map) is among them.
constexpr std::array<std::string_view, 33> kIgnored = {
    "background", "bootp",          "boot",        "color",      "debug",    "device",     "dhcp",
    "displayapm", "displaymem",     "embed",       "foreground", "geometry", "gfxmenu",    "hiddenmenu",
    "hide",       "ifconfig",       "install",     "ioprobe",    "lock",     "makeactive", "map",
    "md5crypt",   "module_comment", "pager",       "partnew",    "parttype", "password",   "pause",
    "serial",     "setup",          "splashimage", "terminal",   "unhide"};

bool is_ignored(std::string_view command) {
  constexpr std::array<std::string_view, 4> kMore = {"uppermem", "vbeprobe", "viewport", "quiet"};
  return std::find(kIgnored.begin(), kIgnored.end(), command) != kIgnored.end() ||
         std::find(kMore.begin(), kMore.end(), command) != kMore.end();
}

/// The number at the head of `text`, which loses it.
std::optional<int> take_number(std::string_view& text) {
  constexpr std::size_t kDigits = 4;
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  if (end == 0 || end > kDigits) return {};
  const auto value = whole_number(text.substr(0, end));
  text.remove_prefix(end);
  if (!value) return {};
  return static_cast<int>(*value);
}

class Reader {
 public:
  Reader(const FilePlace& file, SourceReader& reader)
      : reader_(reader), source_{.format = "grub-legacy", .file = file} {}

  BootSource read(std::string_view text);

 private:
  void head(std::string_view command, std::string_view rest, int line);
  void of_entry(std::string_view command, std::string_view rest, int line);
  void kernel(std::string_view rest, int line);
  void end_entry();
  void choose_default();
  std::optional<std::string> device(std::string_view name) const;
  std::optional<FilePlace> place(std::string_view written, int line);
  void unbootable(std::string why);
  void complain(int line, std::string message) {
    constexpr std::size_t kMaxComplaints = 100;
    if (source_.diagnostics.size() < kMaxComplaints)
      source_.diagnostics.push_back({source_.file.str(), line, std::move(message)});
  }

  SourceReader& reader_;
  BootSource source_;
  std::optional<SourceEntry> entry_;
  bool boots_ = false;               ///< the entry has a command that starts something
  bool no_entry_ = false;            ///< it only leads elsewhere: configfile, halt, reboot
  std::optional<std::string> root_;  ///< the device that `root` names; nothing: unknown
  std::string root_as_written_;
  std::string head_root_;
  unsigned titles_ = 0;
  std::vector<unsigned> numbers_;  ///< of each entry of source_, its number among all titles
  std::optional<unsigned> default_;
  bool default_saved_ = false;
  std::optional<unsigned> fallback_;
};

/// `(hd0,1)`: the second partition of the first disk; `(hd0)` the disk, `(nd)` and `(cd)` are left to their
/// names.
std::optional<std::string> Reader::device(std::string_view name) const {
  if (!name.starts_with("(hd") || !name.ends_with(')')) return {};
  name.remove_prefix(3);
  name.remove_suffix(1);
  const std::optional<int> disk = take_number(name);
  std::optional<int> partition;
  if (!name.empty() && name.front() == ',') {
    name.remove_prefix(1);
    partition = take_number(name);
    if (!partition) return {};
    // A BSD label's letter names a slice in the partition, where Linux has none.
  }
  if (!disk || !name.empty()) return {};
  std::vector<std::string> disks;
  for (const KnownDevice& known : reader_.devices()) {
    const std::string& whole = known.disk.empty() ? known.name : known.disk;
    if (known.fixed && std::find(disks.begin(), disks.end(), whole) == disks.end()) disks.push_back(whole);
  }
  if (static_cast<std::size_t>(*disk) >= disks.size()) return {};
  const std::string& whole = disks[static_cast<std::size_t>(*disk)];
  if (!partition) return whole;
  for (const KnownDevice& known : reader_.devices())
    if (known.disk == whole && known.partition == *partition + 1) return known.name;
  return {};
}

void Reader::unbootable(std::string why) {
  entry_->kind = SourceEntry::Kind::unbootable;
  if (entry_->why.empty()) entry_->why = std::move(why);
}

/// `(hd0,1)/vmlinuz`, or `/vmlinuz` on the root device. Nothing for a device that this machine does not have.
std::optional<FilePlace> Reader::place(std::string_view written, int line) {
  std::string_view path = written;
  std::optional<std::string> on = root_;
  std::string_view name = root_as_written_;
  if (written.starts_with('(')) {
    const std::size_t end = std::min(written.find(')'), written.size() - 1);
    name = written.substr(0, end + 1);
    on = device(name);
    path = written.substr(end + 1);
  }
  if (!on) {
    complain(line, fmt::format("no device {} on this machine", name));
    unbootable(fmt::format("no device {} on this machine", name));
    return {};
  }
  return place_of(path, *on, "/");
}

void Reader::end_entry() {
  if (!entry_) return;
  if (boots_ && !no_entry_) {
    if (entry_->kind == SourceEntry::Kind::multiboot && !entry_->kernel)
      unbootable("module without a kernel");
    numbers_.push_back(titles_ - 1);
    source_.entries.push_back(std::move(*entry_));
  } else if (!boots_ && !no_entry_) {
    complain(entry_->line, fmt::format("\"{}\" starts nothing", printable(entry_->title)));
  }
  entry_.reset();
}

/// `kernel [--type=T] [--no-mem-option] FILE WORDS…`
void Reader::kernel(std::string_view rest, int line) {
  std::vector<std::string> words = split_blanks(rest);
  bool multiboot = false;
  while (!words.empty() && words.front().starts_with("--")) {
    multiboot = multiboot || words.front() == "--type=multiboot";
    words.erase(words.begin());
  }
  if (words.empty()) return complain(line, "kernel names no file");
  boots_ = true;
  if (multiboot) entry_->kind = SourceEntry::Kind::multiboot;
  if (std::optional<FilePlace> found = place(words.front(), line)) entry_->kernel = std::move(*found);
  words.erase(words.begin());
  entry_->cmdline = join(words);
}

void Reader::of_entry(std::string_view command, std::string_view rest, int line) {
  const std::vector<std::string> words = split_blanks(rest);
  if (command == "root" || command == "rootnoverify") {
    if (words.empty()) return complain(line, fmt::format("{} names no device", command));
    root_as_written_ = words.front();
    root_ = device(words.front());
  } else if (command == "uuid" || command == "findiso" || command == "find") {
    // Debian's and Ubuntu's GRUB legacy: `uuid UUID` in place of root.
    if (command != "uuid" || words.empty()) return;
    root_as_written_ = words.front();
    root_.reset();
    for (const KnownDevice& known : reader_.devices())
      if (lower_case(known.uuid) == lower_case(words.front())) root_ = known.name;
  } else if (command == "kernel") {
    kernel(rest, line);
  } else if (command == "initrd") {
    for (const std::string& word : words)
      if (auto file = place(word, line)) entry_->initrds.push_back(std::move(*file));
  } else if (command == "module" || command == "modulenounzip") {
    if (words.empty()) return complain(line, fmt::format("{} names no file", command));
    boots_ = true;
    if (entry_->kind == SourceEntry::Kind::linux) entry_->kind = SourceEntry::Kind::multiboot;
    if (auto file = place(words.front(), line))
      entry_->modules.push_back({std::move(*file), join({words.begin() + 1, words.end()})});
  } else if (command == "chainloader") {
    boots_ = true;
    unbootable("a boot sector of another system: only the firmware can start it");
  } else if (command == "configfile" || command == "halt" || command == "reboot" || command == "quit") {
    no_entry_ = true;
  } else if (command != "savedefault" && !is_ignored(command)) {
    complain(line, fmt::format("unknown command \"{}\"", printable_head(command, 40)));
  }
}

/// What stands before the first title, and counts for all.
void Reader::head(std::string_view command, std::string_view rest, int line) {
  const std::string_view first = rest.substr(0, rest.find_first_of(" \t"));
  const auto number = whole_number(first);
  constexpr unsigned kLongest = 1'000'000;
  const auto value =
      number ? std::optional<unsigned>(std::min<std::uint64_t>(*number, kLongest)) : std::nullopt;
  if (command == "default") {
    default_saved_ = first == "saved";
    default_ = value;
    if (!value && !default_saved_)
      complain(line, fmt::format("default: \"{}\" is no number", printable_head(first, 40)));
  } else if (command == "fallback") {
    fallback_ = value;
  } else if (command == "timeout") {
    source_.timeout = value;
    if (!value) complain(line, fmt::format("timeout: \"{}\" is no number", printable_head(first, 40)));
  } else if (command == "root" || command == "rootnoverify") {
    head_root_ = first;
  } else if (!is_ignored(command)) {
    complain(line, fmt::format("unknown command \"{}\"", printable_head(command, 40)));
  }
}

/// GRUB's file `default`, beside the menu, holds the number that `savedefault` wrote, filled up with
/// newlines.
void Reader::choose_default() {
  if (default_saved_) {
    constexpr std::size_t kRoom = 4096;
    const auto saved =
        reader_.read({source_.file.device, folder_of(source_.file.path) + "/default"}, kRoom).value_or("");
    const auto number = whole_number(trim(saved.substr(0, saved.find('\n'))));
    default_ = number ? static_cast<unsigned>(std::min<std::uint64_t>(*number, kMaxEntries)) : 0;
  }
  for (const auto& wanted : {std::optional(default_.value_or(0)), fallback_}) {
    const auto found = wanted ? std::find(numbers_.begin(), numbers_.end(), *wanted) : numbers_.end();
    if (found == numbers_.end()) continue;
    source_.default_entry = static_cast<std::size_t>(found - numbers_.begin());
    return;
  }
}

BootSource Reader::read(std::string_view text) {
  int number = 0;
  for (const std::string_view whole : lines_of(text)) {
    ++number;
    const std::string_view line = trim(whole);
    if (line.empty() || line.front() == '#') continue;
    if (line.find('\0') != std::string_view::npos) {
      complain(number, "line ignored, a NUL in it");
      continue;
    }
    // GRUB legacy takes `timeout=5` for `timeout 5`.
    const std::string name = lower_case(line.substr(0, line.find_first_of(" \t=")));
    std::string_view rest = trim(line.substr(name.size()));
    if (rest.starts_with('=')) rest = trim(rest.substr(1));
    if (name == "title") {
      end_entry();
      if (source_.entries.size() >= kMaxEntries) {
        complain(number, fmt::format("the rest is ignored: more than {} entries", kMaxEntries));
        break;
      }
      ++titles_;
      entry_.emplace();
      entry_->title = rest;
      entry_->file = source_.file;
      entry_->line = number;
      boots_ = no_entry_ = false;
      root_as_written_ = head_root_;
      root_ = head_root_.empty() ? std::optional(source_.file.device) : device(head_root_);
    } else if (entry_) {
      of_entry(name, rest, number);
    } else {
      head(name, rest, number);
    }
  }
  end_entry();
  choose_default();
  return std::move(source_);
}

}  // namespace

BootSource read_grub_legacy(const FilePlace& file, SourceReader& reader) {
  return Reader(file, reader).read(read_source(file, reader));
}

}  // namespace kboot
