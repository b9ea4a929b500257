#include "loader/entries/kboot_source.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "config/formats/places.h"
#include "config/kboot_conf.h"
#include "config/settings.h"
#include "loader/boot/boot_entry.h"
#include "pathfs/fstab.h"
#include "pathfs/location.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxFile = std::size_t{4} << 20;
constexpr std::string_view kDev = "/dev/";

bool is_plain_device(const std::string& device) {
  return device.find_first_of("/:") == std::string::npos;
}

/// A device that fstab or a path names.
std::optional<std::string> device_of(std::string name, SourceReader& reader) {
  if (name.starts_with(kDev)) name.erase(0, kDev.size());
  const std::string lower = lower_case(name);
  for (const KnownDevice& one : reader.devices()) {
    if (one.name == name || (!one.uuid.empty() && lower == "uuid=" + lower_case(one.uuid)) ||
        (!one.label.empty() && name == "LABEL=" + one.label) ||
        (!one.partuuid.empty() && lower == "partuuid=" + lower_case(one.partuuid)) ||
        (!one.partlabel.empty() && name == "PARTLABEL=" + one.partlabel))
      return one.name;
  }
  return std::nullopt;
}

class KbootSource {
 public:
  KbootSource(const FilePlace& file, SourceReader& reader) : file_(file), reader_(reader) {
    for (const std::string_view end : {"/etc/kboot.conf", "/boot/kboot.conf", "/kboot.conf"}) {
      if (!file.path.ends_with(end)) continue;
      top_ = file.path.substr(0, file.path.size() - end.size());
      break;
    }
  }

  BootSource read() {
    BootSource source{.format = "kboot", .file = file_};
    const std::string text = reader_.read(file_, kMaxFile).value_or("");
    source.diagnostics = read_kboot_conf(text, file_.str(), Source::booted_system, variables_);
    const Settings settings = read_settings(variables_, source.diagnostics);
    // A tag is its own name for a kernel with an initramfs; a plain name needs its /dev/.
    root_ = settings.root;
    if (!root_ && is_plain_device(file_.device)) root_ = std::string(kDev) + file_.device;
    initrd_ = settings.initrd;
    read_fstab_beside();

    std::vector<std::pair<int, std::string>> labels;
    for (const std::string& label : variables_.labels()) labels.emplace_back(line_of(label), label);
    std::stable_sort(labels.begin(), labels.end(),
                     [](const auto& one, const auto& other) { return one.first < other.first; });
    const std::string wanted = default_label(settings);
    for (const auto& [line, label] : labels) {
      auto made = entry(label, line);
      if (!made) continue;
      if (label == wanted) source.default_entry = source.entries.size();
      source.entries.push_back(std::move(*made));
    }
    if (settings.timeout) source.timeout = static_cast<unsigned>(settings.timeout->count());
    return source;
  }

 private:
  void read_fstab_beside() {
    if (is_url(file_.device)) return;  // no system lies on a server
    Diagnostics ignored;               // they are about another file, which its own reader reports
    try {
      const auto text = reader_.read({file_.device, top_ + "/etc/fstab"}, kMaxFile);
      if (text) fstab_ = read_fstab(*text, "/etc/fstab", ignored);
    } catch (const Cancelled&) {
      throw;
    } catch (const Error&) {
      return;
    }
  }

  /// The line of the file that sets it: `kboot.conf:3` is where.
  int line_of(const std::string& label) const {
    const std::string& where = variables_.find(label)->where;
    const std::size_t colon = where.rfind(':');
    const auto line = colon == std::string::npos ? std::nullopt : whole_number(where.substr(colon + 1));
    return static_cast<int>(line.value_or(0));
  }

  static std::string default_label(const Settings& settings) {
    if (!settings.default_line) return "";
    for (const std::string& choice : choices(*settings.default_line)) {
      const std::vector<std::string> words = split_words(choice);
      if (!words.empty()) return words[0];
    }
    return "";
  }

  /// A path as the path language has it, on the device where it is.
  FilePlace place(const std::string& word) const {
    if (is_url(word)) return url_place(word);
    const std::size_t colon = word.find(':');
    if (colon != std::string::npos && colon > 0 && !word.starts_with('/')) {
      const std::string device = word.substr(0, colon);
      return {device_of(device, reader_).value_or(device), clean_path(word.substr(colon + 1))};
    }
    if (word.starts_with(kDev) && colon != std::string::npos) return place(word.substr(kDev.size()));
    const std::string path = clean_path(word);
    const FstabEntry* deepest = nullptr;
    for (const FstabEntry& entry : fstab_)
      if (entry.target != "/" && path.starts_with(entry.target + "/") && !entry.is_bind() &&
          (deepest == nullptr || entry.target.size() >= deepest->target.size()))
        deepest = &entry;
    if (deepest != nullptr)
      if (const auto device = device_of(deepest->source, reader_))
        return {*device, path.substr(deepest->target.size())};
    return {file_.device, clean_path(top_ + path)};
  }

  /// Nothing for a label whose line boots nothing: a command, a program.
  std::optional<SourceEntry> entry(const std::string& label, int line) const {
    const auto value = variables_.label(label);
    if (!value) return std::nullopt;
    const std::vector<std::string> words = split_blanks(*value);
    if (words.empty() || words[0].starts_with('!') || words[0].find_first_of("/:") == std::string::npos)
      return std::nullopt;
    const BootEntry boots = parse_boot_words(words, {root_, initrd_}, "");
    SourceEntry entry;
    entry.name = label;
    entry.title = label;
    entry.file = file_;
    entry.line = line;
    entry.kernel = place(boots.kernel);
    for (const std::string& initrd : boots.initrds) entry.initrds.push_back(place(initrd));
    entry.cmdline = boots.cmdline;
    return entry;
  }

  FilePlace file_;
  SourceReader& reader_;
  std::string top_;
  Variables variables_;
  std::optional<std::string> root_;
  std::optional<std::string> initrd_;
  std::vector<FstabEntry> fstab_;
};

}  // namespace

BootSource read_kboot_source(const FilePlace& file, SourceReader& reader) {
  return KbootSource(file, reader).read();
}

}  // namespace kboot
