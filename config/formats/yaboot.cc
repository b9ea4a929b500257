#include "config/formats/yaboot.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/number.h"
#include "base/text.h"
#include "config/formats/places.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxImages = 10'000;
constexpr unsigned kTenths = 10;

/// `name=value` with its line; a flag has no value.
struct Setting {
  std::string name;
  std::optional<std::string> value;
  int line = 0;
};

/// The settings of a file: blanks around `=` do not count, "…" keeps its blanks, `\` takes the meaning from
/// the next character, `#` begins a comment.
class Scanner {
 public:
  Scanner(std::string_view text, const FilePlace& file, Diagnostics& diagnostics)
      : text_(text), file_(file), diagnostics_(diagnostics) {}

  std::vector<Setting> all() {
    std::vector<Setting> settings;
    for (skip_blanks(); !text_.empty(); skip_blanks()) {
      Setting setting{word(true), std::nullopt, line_};
      skip_spaces();
      if (text_.starts_with('=')) {
        take();
        skip_spaces();
        setting.value = word(false);
      }
      if (setting.name.empty() && !setting.value) {
        diagnostics_.push_back({file_.str(), line_, "line ignored, it begins with no name"});
        skip_line();
        continue;
      }
      setting.name = lower_case(setting.name);
      settings.push_back(std::move(setting));
    }
    return settings;
  }

 private:
  char take() {
    const char c = text_.front();
    if (c == '\n') ++line_;
    text_.remove_prefix(1);
    return c;
  }
  void skip_line() {
    while (!text_.empty() && text_.front() != '\n') take();
  }
  void skip_spaces() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\t')) take();
  }
  void skip_blanks() {
    while (!text_.empty()) {
      if (text_.front() == '#')
        skip_line();
      else if (std::string_view(" \t\r\n").find(text_.front()) != std::string_view::npos)
        take();
      else
        break;
    }
  }

  std::string quoted() {
    std::string word;
    take();
    while (!text_.empty() && text_.front() != '"') {
      char c = take();
      if (c == '\\' && !text_.empty()) {
        c = take();
        if (c == '\n') continue;
      }
      word += c;
    }
    if (text_.empty())
      diagnostics_.push_back({file_.str(), line_, "a quote that is never closed"});
    else
      take();
    return word;
  }

  std::string word(bool name) {
    if (text_.starts_with('"')) return quoted();
    std::string word;
    while (!text_.empty()) {
      const char c = text_.front();
      if (std::string_view(" \t\r\n#").find(c) != std::string_view::npos || (name && c == '=')) break;
      take();
      if (c == '\\' && !text_.empty()) {
        const char next = take();
        if (next != '\n') word += next;
      } else {
        word += c;
      }
    }
    return word;
  }

  std::string_view text_;
  const FilePlace& file_;
  Diagnostics& diagnostics_;
  int line_ = 1;
};

using Section = std::map<std::string, std::optional<std::string>>;

struct Image {
  std::string path;
  int line = 0;
  Section own;
};

class Yaboot {
 public:
  Yaboot(FilePlace file, SourceReader& reader, Diagnostics& diagnostics)
      : file_(std::move(file)), reader_(reader), diagnostics_(diagnostics) {}

  void add(Setting setting) {
    if (setting.name == "image" && setting.value) {
      if (images_.size() < kMaxImages) images_.push_back({std::move(*setting.value), setting.line, {}});
      return;
    }
    Section& section = images_.empty() ? global_ : images_.back().own;
    section[std::move(setting.name)] = std::move(setting.value);
  }

  BootSource source() {
    BootSource source{.format = "yaboot", .file = file_};
    EntryBudget budget;
    for (const Image& image : images_) {
      source.entries.push_back(entry(image));
      const SourceEntry& made = source.entries.back();
      std::size_t bytes = made.title.size() + made.cmdline.size();
      for (const FilePlace& initrd : made.initrds) bytes += initrd.path.size();
      if (budget.spend(bytes)) continue;
      diagnostics_.push_back({file_.str(), image.line, "the rest is ignored: too many words"});
      break;
    }
    if (!images_.empty()) source.default_entry = default_image();
    if (const auto tenths = whole_number(global("timeout").value_or("")))
      source.timeout = static_cast<unsigned>(
          (std::min<std::uint64_t>(*tenths, UINT32_MAX - kTenths) + kTenths - 1) / kTenths);
    return source;
  }

 private:
  std::optional<std::string> global(const std::string& name) const {
    const auto found = global_.find(name);
    return found == global_.end() ? std::nullopt : found->second;
  }
  /// An image's own value, else that of the file.
  std::optional<std::string> value(const Image& image, const std::string& name) const {
    const auto found = image.own.find(name);
    return found == image.own.end() ? global(name) : found->second;
  }
  bool flag(const Image& image, const std::string& name) const {
    return image.own.contains(name) || global_.contains(name);
  }
  static std::string label(const Image& image) {
    const auto found = image.own.find("label");
    return found != image.own.end() && found->second ? *found->second : file_name_of(image.path);
  }

  std::size_t default_image() const {
    const std::string wanted = global("default").value_or("");
    for (std::size_t i = 0; i < images_.size(); ++i) {
      const auto alias = images_[i].own.find("alias");
      if (label(images_[i]) == wanted || (alias != images_[i].own.end() && alias->second == wanted)) return i;
    }
    return 0;
  }

  std::string device_of_partition(const std::string& number) const {
    const auto& devices = reader_.devices();
    const auto own = std::find_if(devices.begin(), devices.end(),
                                  [&](const KnownDevice& one) { return one.name == file_.device; });
    const auto wanted = whole_number(number);
    if (own == devices.end() || own->disk.empty() || !wanted) return file_.device;
    for (const KnownDevice& one : devices)
      if (one.disk == own->disk && static_cast<std::uint64_t>(one.partition) == *wanted) return one.name;
    return file_.device;
  }

  /// `/dev/sda3` and `sda3` as this machine's name; Open Firmware's names lead to the file's own device.
  std::string device_named(std::string name) const {
    constexpr std::string_view kDev = "/dev/";
    const bool node = name.starts_with(kDev);
    if (node) name.erase(0, kDev.size());
    const auto& devices = reader_.devices();
    const bool known =
        std::any_of(devices.begin(), devices.end(), [&](const KnownDevice& one) { return one.name == name; });
    return known || node ? name : file_.device;
  }

  /// `/vmlinux`, `sda3:/vmlinux`, `hd:3,/vmlinux`.
  FilePlace place(const Image& image, std::string path) const {
    std::string device = file_.device;
    if (const auto named = value(image, "device")) device = device_named(trim_colon(*named));
    if (const auto number = value(image, "partition")) device = device_of_partition(*number);
    if (const std::size_t colon = path.find(':'); colon != std::string::npos) {
      device = device_named(path.substr(0, colon));
      path.erase(0, colon + 1);
      if (const std::size_t comma = path.find(','); comma != std::string::npos) {
        if (comma > 0) device = device_of_partition(path.substr(0, comma));
        path.erase(0, comma + 1);
      }
    }
    return {device, clean_path(path)};
  }
  static std::string trim_colon(std::string name) {
    if (name.ends_with(':')) name.pop_back();
    return name;
  }

  std::string cmdline(const Image& image) const {
    if (const auto literal = value(image, "literal")) return *literal;
    std::vector<std::string> words;
    const auto add = [&](const std::string& name, const std::string& word) {
      if (const auto found = value(image, name)) words.push_back(word + *found);
    };
    add("root", "root=");
    if (flag(image, "read-only")) words.emplace_back("ro");
    if (flag(image, "read-write")) words.emplace_back("rw");
    add("ramdisk", "ramdisk=");
    add("initrd-size", "ramdisk_size=");
    if (flag(image, "novideo")) words.emplace_back("video=ofonly");
    add("append", "");
    return join(words);
  }

  SourceEntry entry(const Image& image) const {
    SourceEntry entry;
    entry.name = label(image);
    entry.title = entry.name;
    entry.file = file_;
    entry.line = image.line;
    entry.kernel = place(image, image.path);
    if (const auto initrd = value(image, "initrd"); initrd && !initrd->empty())
      entry.initrds.push_back(place(image, *initrd));
    entry.cmdline = cmdline(image);
    return entry;
  }

  FilePlace file_;
  SourceReader& reader_;
  Diagnostics& diagnostics_;
  Section global_;
  std::vector<Image> images_;
};

}  // namespace

BootSource read_yaboot(const FilePlace& file, SourceReader& reader) {
  const std::string text = reader.read(file, kMaxSourceFile).value_or("");
  Diagnostics diagnostics;
  Yaboot yaboot(file, reader, diagnostics);
  for (Setting& setting : Scanner(text, file, diagnostics).all()) yaboot.add(std::move(setting));
  BootSource source = yaboot.source();
  source.diagnostics = std::move(diagnostics);
  return source;
}

}  // namespace kboot
