#include "config/formats/syslinux.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "config/formats/places.h"
#include "config/formats/syslinux_default.h"
#include "config/formats/syslinux_menu.h"

namespace kboot {
namespace {

/// A title as a menu shows it: `^` marks the letter that chooses it.
std::string title_of(std::string text) {
  std::erase(text, '^');
  return text;
}

/// Paths between commas, as SYSLINUX has them in initrd=.
std::vector<std::string> comma_separated(std::string_view text) {
  std::vector<std::string> paths;
  while (!text.empty()) {
    const std::string_view path = text.substr(0, text.find(','));
    text.remove_prefix(std::min(path.size() + 1, text.size()));
    if (!path.empty()) paths.emplace_back(path);
  }
  return paths;
}

class Translator {
 public:
  Translator(const FilePlace& file, const SyslinuxMenu& menu)
      : file_(file), device_(file.device), folder_(syslinux_folder(file)), menu_(menu) {}

  /// Nothing for a label that boots nothing.
  std::optional<SourceEntry> entry_of(const SyslinuxLabel& label) const;

 private:
  FilePlace place(const std::string& written) const { return syslinux_place(written, device_, folder_); }
  void linux(SourceEntry& entry, std::vector<std::string> words, const std::string& initrd) const;
  void multiboot(SourceEntry& entry, const std::vector<std::string>& words) const;
  void refuse_servers(SourceEntry& entry) const;

  FilePlace file_;
  std::string device_;
  std::string folder_;
  const SyslinuxMenu& menu_;
};

/// The kernel's own words; of several initrd= the last counts, as in SYSLINUX, and none reaches the kernel.
void Translator::linux(SourceEntry& entry, std::vector<std::string> words, const std::string& initrd) const {
  constexpr std::string_view kInitrd = "initrd=";
  std::string list = initrd;
  std::erase_if(words, [&](const std::string& word) {
    if (!word.starts_with(kInitrd)) return false;
    list = word.substr(kInitrd.size());
    return true;
  });
  for (const std::string& path : comma_separated(list)) entry.initrds.push_back(place(path));
  entry.cmdline = join(words);
}

/// mboot.c32: `KERNEL WORDS --- MODULE WORDS --- …`.
void Translator::multiboot(SourceEntry& entry, const std::vector<std::string>& words) const {
  entry.kind = SourceEntry::Kind::multiboot;
  std::vector<std::vector<std::string>> parts(1);
  for (const std::string& word : words) {
    if (word == "---")
      parts.emplace_back();
    else
      parts.back().push_back(word);
  }
  std::erase_if(parts, [](const auto& part) { return part.empty(); });
  if (parts.empty()) {
    entry.kind = SourceEntry::Kind::unbootable;
    entry.why = "mboot.c32 without a kernel";
    return;
  }
  for (std::vector<std::string>& part : parts) {
    const FilePlace file = place(part.front());
    part.erase(part.begin());
    if (!entry.kernel) {
      entry.kernel = file;
      entry.cmdline = join(part);
    } else {
      entry.modules.push_back({file, join(part)});
    }
  }
}

/// A configuration on a disk starts nothing from a server.
void Translator::refuse_servers(SourceEntry& entry) const {
  std::vector<FilePlace> files = entry.initrds;
  if (entry.kernel) files.push_back(*entry.kernel);
  for (const BootModule& module : entry.modules) files.push_back(module.file);
  for (const FilePlace& file : files) {
    if (may_lead_to(file_, file)) continue;
    entry.kind = SourceEntry::Kind::unbootable;
    entry.why = fmt::format("{} is on a server, and the configuration on a disk", file.str());
  }
}

std::optional<SourceEntry> Translator::entry_of(const SyslinuxLabel& label) const {
  using Type = SyslinuxLabel::Type;
  if (label.no_entry || label.type == Type::local_boot || label.type == Type::config) return {};
  SourceEntry entry;
  entry.name = label.name;
  entry.title = title_of(label.menu_label.empty() ? label.name : label.menu_label);
  for (const std::string& title : label.submenu) entry.submenu.push_back(title_of(title));
  entry.file = label.file;
  entry.line = label.line;
  if (!label.fdt.empty()) entry.devicetree = place(label.fdt);

  // Without a line KERNEL the label is the kernel's name.
  std::vector<std::string> words = split_words(label.type == Type::none ? label.name : label.kernel);
  std::string file;
  if (!words.empty()) {
    file = words.front();
    words.erase(words.begin());
  }
  const std::vector<std::string> append =
      split_words(label.append.value_or(menu_.appends[label.global_append]));
  words.insert(words.end(), append.begin(), append.end());

  std::string name = lower_case(file_name_of(file));
  if (label.type != Type::other && name == "linux.c32" && !words.empty()) {
    file = words.front();
    words.erase(words.begin());
    name = lower_case(file_name_of(file));
  }
  if (file.empty()) {
    entry.kind = SourceEntry::Kind::unbootable;
    entry.why = fmt::format("{} names no file", label.keyword.empty() ? "LABEL" : label.keyword);
  } else if (label.type != Type::other && name == "mboot.c32") {
    multiboot(entry, words);
  } else {
    linux(entry, std::move(words), label.initrd);
    entry.kernel = place(file);
    const bool program = label.keyword != "LINUX" &&
                         (name.ends_with(".c32") || name.ends_with(".com") || name.ends_with(".cbt") ||
                          name.ends_with(".bss") || name.ends_with(".bs") || name.ends_with(".0"));
    if (program || label.type == Type::other) {
      entry.kind = SourceEntry::Kind::unbootable;
      entry.why = fmt::format("{} is a program of SYSLINUX or a boot sector, not a kernel", file);
    }
  }
  refuse_servers(entry);
  return entry;
}

}  // namespace

BootSource read_syslinux(const FilePlace& file, SourceReader& reader) {
  SyslinuxMenu menu = read_syslinux_menu(file, reader);
  // A DEFAULT that names no label is a kernel with its words.
  const std::string& default_line = menu.configurations.front().default_line;
  if (menu.labels.empty() && !default_line.empty()) {
    SyslinuxLabel label;
    label.name = split_blanks(default_line).front();
    label.file = file;
    label.type = SyslinuxLabel::Type::kernel;
    label.kernel = default_line;
    label.global_append = menu.appends.size() - 1;
    menu.labels.push_back(label);
  }
  BootSource source{.format = "syslinux", .file = file};
  const Translator translator(file, menu);
  const SyslinuxDefault wanted(menu);
  EntryBudget budget;
  for (const SyslinuxLabel& label : menu.labels) {
    if (label.hidden && &label != wanted.label()) continue;
    if (!budget.spend(label.append ? label.append->size() : menu.appends[label.global_append].size())) {
      menu.diagnostics.push_back({label.file.str(), label.line, "the rest is ignored: too many words"});
      break;
    }
    std::optional<SourceEntry> entry = translator.entry_of(label);
    if (!entry) continue;
    if (&label == wanted.label()) source.default_entry = source.entries.size();
    source.entries.push_back(std::move(*entry));
  }
  source.timeout = wanted.timeout();
  source.diagnostics = std::move(menu.diagnostics);
  return source;
}

}  // namespace kboot
