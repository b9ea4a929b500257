#include "config/formats/kernels.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "config/formats/places.h"
#include "config/formats/version_order.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxFile = std::size_t{256} << 10;
constexpr std::size_t kMaxKernels = 1000;
constexpr std::string_view kVmlinuz = "vmlinuz";

/// A file's text; what cannot be read is a diagnostic, and empty.
std::string text_of(const FilePlace& file, SourceReader& reader, Diagnostics& diagnostics) {
  try {
    return reader.read(file, kMaxFile).value_or("");
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    diagnostics.push_back({file.str(), 0, describe(error)});
    return "";
  }
}

/// `6.1.0-9-amd64` of `vmlinuz-6.1.0-9-amd64`, empty for `vmlinuz`; `.old` of `vmlinuz.old`.
std::string suffix_of(const std::string& kernel) {
  const std::size_t end = std::min(kernel.find_first_of("-."), kernel.size());
  return kernel.substr(end);
}

/// The digits of a name with all that is between them, as rEFInd's %v has it.
std::string digits_of(const std::string& name) {
  constexpr std::string_view kDigits = "0123456789";
  const std::size_t first = name.find_first_of(kDigits);
  return first == std::string::npos ? "" : name.substr(first, name.find_last_of(kDigits) - first + 1);
}

bool is_kernel_name(const std::string& name, KernelNames names) {
  const std::string lower = lower_case(name);
  if (lower.ends_with(".sig") || lower.ends_with(".hmac") || lower.ends_with(".efi.signed.sig")) return false;
  if (lower.starts_with(kVmlinuz)) return true;
  return names == KernelNames::refind && (lower.starts_with("bzimage") || lower.starts_with("kernel"));
}

/// A variable of a file of shell assignments.
std::string shell_value(std::string_view text, std::string_view name) {
  std::string value;
  for (const std::string_view whole : lines_of(text)) {
    const std::string_view line = trim(whole);
    if (line.starts_with(name) && line.substr(name.size()).starts_with('='))
      value = unquote(line.substr(name.size() + 1));
  }
  return value;
}

/// What fstab(5) puts at `/`, when it names it by a tag.
std::string root_of_fstab(std::string_view text) {
  for (const std::string_view line : lines_of(text)) {
    const std::vector<std::string> fields = split_blanks(line);
    if (fields.size() > 1 && !fields[0].starts_with('#') && fields[1] == "/") return unquote(fields[0]);
  }
  return "";
}

std::string root_word(const std::string& device, const std::string& fstab, SourceReader& reader) {
  for (const KnownDevice& one : reader.devices())
    if (one.name == device && !one.uuid.empty()) return "UUID=" + one.uuid;
  std::string root = root_of_fstab(fstab);
  if (!root.empty()) return root;
  return device.find_first_of("/:") == std::string::npos ? "/dev/" + device : "";
}

/// The words of a line without `initrd=`, which are told apart: rEFInd's paths may have backslashes.
std::string take_initrds(const std::string& options, std::vector<std::string>& initrds) {
  constexpr std::string_view kInitrd = "initrd=";
  std::vector<std::string> words;
  for (std::string& word : split_words(options)) {
    if (word.starts_with(kInitrd))
      initrds.push_back(unquote("'" + word.substr(kInitrd.size()) + "'"));
    else
      words.push_back(std::move(word));
  }
  return join(words);
}

/// The quoted words of a line of refind_linux.conf; `""` in a quoted one is a quote.
std::vector<std::string> refind_words(std::string_view line) {
  std::vector<std::string> words;
  while (!(line = trim(line)).empty()) {
    std::string word;
    if (line.front() == '"') {
      line.remove_prefix(1);
      while (!line.empty()) {
        if (line.starts_with("\"\"")) {
          word += '"';
          line.remove_prefix(2);
          continue;
        }
        const char c = line.front();
        line.remove_prefix(1);
        if (c == '"') break;
        word += c;
      }
    } else {
      const std::size_t end = std::min(line.find_first_of(" \t,="), line.size());
      word = line.substr(0, end);
      line.remove_prefix(std::max<std::size_t>(end, 1));
      if (word.empty()) continue;
    }
    words.push_back(std::move(word));
  }
  return words;
}

void replace_all(std::string& text, std::string_view what, const std::string& by) {
  std::string result;
  std::size_t begin = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, begin)) {
    result.append(text, begin, at - begin).append(by);
    begin = at + what.size();
  }
  text = result.append(text, begin);
}

/// Where an `initrd=` of rEFInd leads, from the top of the device or from the kernel's folder.
FilePlace refind_initrd(std::string path, const FilePlace& kernel, SourceReader& reader) {
  std::replace(path.begin(), path.end(), '\\', '/');
  const std::string name = file_name_of(kernel.path);
  std::string suffix = suffix_of(name);
  if (suffix.starts_with('-')) suffix.erase(0, 1);
  FilePlace first;
  for (const std::string& version : {digits_of(name), suffix}) {
    std::string filled = path;
    replace_all(filled, "%v", version);
    for (const std::string& folder : {std::string("/"), folder_of(kernel.path)}) {
      FilePlace place{kernel.device, clean_path(fmt::format("{}/{}", folder, filled))};
      if (reader.kind(place) == SourceReader::Kind::file) return place;
      if (first.path.empty()) first = place;
    }
  }
  return first;
}

}  // namespace

std::vector<std::string> kernel_names(const FilePlace& folder, KernelNames names, SourceReader& reader) {
  std::vector<std::string> found;
  for (const std::string& name : reader.names(folder)) {
    if (found.size() >= kMaxKernels) break;
    if (is_kernel_name(name, names) &&
        reader.kind({folder.device, clean_path(folder.path + "/" + name)}) == SourceReader::Kind::file)
      found.push_back(name);
  }
  // A rescue kernel is for when the others fail, and `.old` is what its name says.
  const auto is_spare = [](const std::string& name) {
    return name.find("rescue") != std::string::npos || name.ends_with(".old");
  };
  std::stable_sort(found.begin(), found.end(), [&](const std::string& one, const std::string& other) {
    if (is_spare(one) != is_spare(other)) return is_spare(other);
    return compare_versions(one, other) > 0;
  });
  return found;
}

std::optional<FilePlace> initrd_of(const FilePlace& kernel, SourceReader& reader) {
  const std::string suffix = suffix_of(file_name_of(kernel.path));
  const std::string folder = folder_of(kernel.path);
  std::vector<std::string> names = {"initrd.img" + suffix, "initramfs" + suffix + ".img",
                                    "initrd" + suffix,     "initrd" + suffix + ".img",
                                    "initramfs" + suffix,  "initramfs-genkernel" + suffix};
  if (suffix.ends_with(".old")) names.emplace_back("initrd.old.img");
  for (const std::string& name : names) {
    FilePlace place{kernel.device, clean_path(fmt::format("{}/{}", folder, name))};
    if (reader.kind(place) == SourceReader::Kind::file) return place;
  }
  return std::nullopt;
}

bool is_system_root(const std::string& device, const std::string& top, SourceReader& reader) {
  return reader.kind({device, top + "/etc/fstab"}) == SourceReader::Kind::file;
}

BootSource read_kernels(const std::string& device, const std::string& top, SourceReader& reader) {
  BootSource source{.format = "kernels", .file = {device, top.empty() ? "/" : top}};
  const auto read = [&](const char* path) {
    return text_of({device, top + path}, reader, source.diagnostics);
  };
  std::string cmdline = join(split_words(read("/etc/kernel/cmdline")));
  if (cmdline.empty()) {
    const std::string root = root_word(device, read("/etc/fstab"), reader);
    const std::string grub = read("/etc/default/grub");
    cmdline = root.empty() ? "ro" : "root=" + root + " ro";
    if (!top.empty()) cmdline += " rootflags=subvol=" + top.substr(1);
    for (const char* name : {"GRUB_CMDLINE_LINUX", "GRUB_CMDLINE_LINUX_DEFAULT"})
      if (const std::string words = shell_value(grub, name); !words.empty()) cmdline += " " + words;
  }
  EntryBudget budget;
  for (const std::string& folder : {std::string("/boot"), std::string()}) {
    const FilePlace place{device, top + (folder.empty() ? "/" : folder)};
    for (const std::string& name : kernel_names(place, KernelNames::vmlinuz, reader)) {
      if (!budget.spend(cmdline.size())) break;
      SourceEntry entry;
      entry.name = name;
      entry.title = "Linux " + (suffix_of(name).starts_with('-') ? suffix_of(name).substr(1) : name);
      entry.kernel = FilePlace{device, clean_path(fmt::format("{}{}/{}", top, folder, name))};
      entry.file = *entry.kernel;
      if (auto initrd = initrd_of(*entry.kernel, reader)) entry.initrds.push_back(std::move(*initrd));
      entry.cmdline = cmdline;
      source.entries.push_back(std::move(entry));
    }
  }
  if (!source.entries.empty()) source.default_entry = 0;
  return source;
}

BootSource read_refind(const FilePlace& file, SourceReader& reader) {
  BootSource source{.format = "refind", .file = file};
  const std::string text = reader.read(file, kMaxFile).value_or("");
  struct Line {
    int number = 0;
    std::string title;
    std::string options;
  };
  std::vector<Line> lines;
  int number = 0;
  for (const std::string_view whole : lines_of(text)) {
    ++number;
    const std::string_view line = trim(whole);
    if (line.empty() || line.front() == '#') continue;
    std::vector<std::string> words = refind_words(line);
    if (words.empty() || words[0].empty())
      source.diagnostics.push_back({file.str(), number, "line ignored, it has no title"});
    else
      lines.push_back({number, words[0], words.size() > 1 ? words[1] : ""});
  }
  const std::string folder = folder_of(file.path);
  EntryBudget budget;
  for (const std::string& name : kernel_names({file.device, folder}, KernelNames::refind, reader)) {
    for (const Line& line : lines) {
      constexpr std::size_t kBytesOfEntry = 200;
      if (!budget.spend(kBytesOfEntry + line.title.size() + line.options.size())) break;
      SourceEntry entry;
      entry.title = line.title;
      entry.file = file;
      entry.line = line.number;
      entry.kernel = FilePlace{file.device, clean_path(fmt::format("{}/{}", folder, name))};
      std::vector<std::string> initrds;
      entry.cmdline = take_initrds(line.options, initrds);
      for (const std::string& initrd : initrds)
        entry.initrds.push_back(refind_initrd(initrd, *entry.kernel, reader));
      if (initrds.empty())
        if (auto initrd = initrd_of(*entry.kernel, reader)) entry.initrds.push_back(std::move(*initrd));
      source.entries.push_back(std::move(entry));
    }
  }
  if (!source.entries.empty()) source.default_entry = 0;
  return source;
}

}  // namespace kboot
