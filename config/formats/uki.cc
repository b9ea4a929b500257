#include "config/formats/uki.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "config/boot_count.h"
#include "config/formats/loader_conf.h"
#include "config/formats/places.h"
#include "config/formats/version_order.h"

namespace kboot {
namespace {

constexpr std::size_t kMaxSections = 96;  // the PE format's own limit
constexpr std::size_t kMaxText = 65536;
constexpr std::size_t kMaxProfiles = 100;
constexpr std::size_t kMaxImages = 1000;
constexpr std::size_t kMaxAddons = 100;
/// What is booted of an image.
constexpr std::string_view kParts[] = {".cmdline", ".initrd", ".linux", ".ucode"};

/// A little-endian number of `size` bytes, 0 where there are none.
std::size_t number_at(std::string_view bytes, std::size_t offset, std::size_t size) {
  if (offset > bytes.size() || bytes.size() - offset < size) return 0;
  std::size_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes[offset + i]);
  return value;
}

std::string_view part_of(std::string_view bytes, std::size_t offset, std::size_t size) {
  return offset > bytes.size() ? std::string_view() : bytes.substr(offset, size);
}

/// `NAME=value` lines as os-release(5) has them, which `.profile` uses too.
std::map<std::string, std::string> read_os_release(std::string_view text) {
  std::map<std::string, std::string> values;
  for (const std::string_view whole : lines_of(text)) {
    const std::string_view line = trim(whole);
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos) continue;
    values[std::string(line.substr(0, equals))] = unquote(line.substr(equals + 1));
  }
  return values;
}

std::string first_of(const std::map<std::string, std::string>& values,
                     std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const auto found = values.find(name); found != values.end() && !found->second.empty())
      return found->second;
  return "";
}

class UkiReader {
 public:
  UkiReader(FilePlace file, SourceReader& reader) : file_(std::move(file)), reader_(reader) {}

  UkiProfile profile(const UkiSections& sections, std::size_t number) {
    const auto os = read_os_release(text(sections, ".osrel"));
    const auto own = read_os_release(text(sections, ".profile"));
    UkiProfile profile;
    profile.cmdline = uki_cmdline(text(sections, ".cmdline"));
    for (const auto& [section, where] : sections)
      for (const std::string_view part : kParts)
        if (section == part) profile.parts.push_back(fmt::format("{} {}", part, human_size(where.size)));
    profile.title = first_of(os, {"PRETTY_NAME", "NAME", "ID"});
    if (profile.title.empty()) profile.title = file_name_of(file_.path);
    const std::string name = first_of(own, {"TITLE", "ID"});
    if (!name.empty())
      profile.title += " (" + name + ")";
    else if (number > 0)
      profile.title += fmt::format(" (profile {})", number);
    profile.sort_key = first_of(os, {"IMAGE_ID", "ID"});
    profile.version = first_of(os, {"IMAGE_VERSION", "VERSION", "VERSION_ID", "BUILD_ID"});
    return profile;
  }

  /// A section's text, without the NULs behind it.
  std::string text(const UkiSections& sections, const std::string& name) {
    const auto found = sections.find(name);
    if (found == sections.end()) return "";
    const PeSection& section = found->second;
    std::string text =
        reader_.read_part(file_, section.offset, std::min(section.size, kMaxText)).value_or("");
    return text.substr(0, text.find('\0'));
  }

 private:
  FilePlace file_;
  SourceReader& reader_;
};

std::vector<PeSection> sections_of(const FilePlace& file, SourceReader& reader) {
  const auto head = reader.read_part(file, 0, kPeHead);
  return head ? read_pe_sections(*head, reader.size(file)) : std::vector<PeSection>();
}

bool has_kernel(const std::vector<PeSection>& sections) {
  return std::any_of(sections.begin(), sections.end(),
                     [](const PeSection& section) { return section.name == ".linux" && section.size > 0; });
}

/// `debian` of `debian+2-1.efi`, in a FAT's letters.
CountedName name_of_image(const FilePlace& file) {
  CountedName name = parse_counted_name(file_name_of(file.path));
  constexpr std::string_view kEfi = ".efi";
  if (lower_case(name.name).ends_with(kEfi)) name.name.resize(name.name.size() - kEfi.size());
  return name;
}

struct Image {
  FilePlace file;
  CountedName name;
  std::vector<UkiProfile> profiles;
};

/// The order of the specification, "Sorting", with what os-release says.
bool sorts_before(const Image& one, const Image& other) {
  if (one.name.used_up() != other.name.used_up()) return other.name.used_up();
  const UkiProfile& left = one.profiles.front();
  const UkiProfile& right = other.profiles.front();
  if (left.sort_key.empty() != right.sort_key.empty()) return right.sort_key.empty();
  if (!left.sort_key.empty()) {
    if (left.sort_key != right.sort_key) return left.sort_key < right.sort_key;
    if (const int order = compare_versions(left.version, right.version); order != 0) return order > 0;
  }
  // With the extension, as systemd-boot does: `arch.efi` comes before `arch-lts.efi`.
  const std::string file = one.name.name + ".efi";
  const std::string other_file = other.name.name + ".efi";
  if (const int order = compare_versions(file, other_file); order != 0) return order > 0;
  return file < other_file;
}

void add_entries(BootSource& source, const Image& image) {
  for (std::size_t number = 0; number < image.profiles.size(); ++number) {
    const UkiProfile& profile = image.profiles[number];
    SourceEntry entry;
    entry.profile = number;
    entry.parts = profile.parts;
    entry.name = image.name.name;
    entry.title = profile.title;
    entry.file = image.file;
    entry.kind = SourceEntry::Kind::uki;
    entry.kernel = image.file;
    entry.cmdline = profile.cmdline;
    source.entries.push_back(std::move(entry));
  }
}

/// The default is what the loader.conf of the partition says, else the first entry.
void choose_default(BootSource& source, const std::vector<Image>& images, SourceReader& reader) {
  if (!source.entries.empty()) source.default_entry = 0;
  constexpr std::string_view kFolder = "/efi/linux";
  const FilePlace& folder = source.file;
  if (!lower_case(folder.path).ends_with(kFolder)) return;
  const std::string top = folder.path.substr(0, folder.path.size() - kFolder.size());
  const LoaderConf conf =
      read_loader_conf({folder.device, top + "/loader/loader.conf"}, reader, source.diagnostics);
  source.timeout = conf.timeout;
  std::vector<std::vector<std::string>> names;  // of each entry
  for (const Image& image : images) {
    names.push_back(loader_conf_names(file_name_of(image.file.path)));
    // As systemd-boot names the profiles behind the first.
    const std::string name = names.back().front();
    for (std::size_t number = 1; number < image.profiles.size(); ++number)
      names.push_back({fmt::format("{}@{}", name, number)});
  }
  const FilePlace files{folder.device, top + "/loader/entries"};
  const LoaderConfChoice choice = choose_by_loader_conf(conf, names, files, ".conf", reader);
  if (choice.entry || choice.elsewhere) source.default_entry = choice.entry;
  source.default_elsewhere = choice.elsewhere;
}

/// The words of the addons in a folder, in the order of their names. One for another kernel, by `.uname`,
/// does not count.
std::string addons_cmdline(const FilePlace& folder, const std::string& uname, SourceReader& reader) {
  std::string words;
  std::size_t count = 0;
  for (const std::string& name : reader.names(folder)) {
    if (!lower_case(name).ends_with(".addon.efi") || ++count > kMaxAddons) continue;
    const FilePlace file{folder.device, clean_path(folder.path + "/" + name)};
    const std::vector<UkiSections> profiles = split_uki_profiles(sections_of(file, reader));
    UkiReader addon(file, reader);
    const std::string meant_for = addon.text(profiles.front(), ".uname");
    if (!meant_for.empty() && !uname.empty() && meant_for != uname) continue;
    const std::string more = uki_cmdline(addon.text(profiles.front(), ".cmdline"));
    if (!more.empty()) words += (words.empty() ? "" : " ") + more;
  }
  return words;
}

/// Of all addons that count for an image.
std::string addons_of(const FilePlace& file, const std::string& uname, SourceReader& reader) {
  const std::string folder = folder_of(file.path);
  constexpr std::string_view kFolder = "/efi/linux";
  const std::string top =
      lower_case(folder).ends_with(kFolder) ? folder.substr(0, folder.size() - kFolder.size()) : "";
  std::string words = addons_cmdline({file.device, top + "/loader/addons"}, uname, reader);
  const std::string more = addons_cmdline({file.device, file.path + ".extra.d"}, uname, reader);
  if (!words.empty() && !more.empty()) words += " ";
  return words + more;
}

}  // namespace

std::vector<UkiSections> split_uki_profiles(const std::vector<PeSection>& sections) {
  std::vector<UkiSections> profiles;
  UkiSections base;
  for (const PeSection& section : sections) {
    if (section.name == ".profile" && profiles.size() < kMaxProfiles) profiles.push_back(base);
    UkiSections& to = profiles.empty() ? base : profiles.back();
    if (profiles.empty())
      to.emplace(section.name, section);
    else
      to[section.name] = section;
  }
  if (profiles.empty()) profiles.push_back(std::move(base));
  return profiles;
}

bool is_uki(std::string_view head) {
  return has_kernel(read_pe_sections(head, std::numeric_limits<std::size_t>::max()));
}

std::string uki_cmdline(std::string_view section) {
  std::string cmdline(section.substr(0, section.find('\0')));
  std::replace_if(
      cmdline.begin(), cmdline.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return std::string(trim(cmdline));
}

std::vector<PeSection> read_pe_sections(std::string_view head, std::size_t file_size) {
  constexpr std::size_t kPeOffset = 0x3c;
  constexpr std::size_t kPeHeader = 24;
  constexpr std::size_t kSectionHeader = 40;
  constexpr std::size_t kNameLength = 8;
  using namespace std::string_view_literals;
  if (!head.starts_with("MZ")) return {};
  const std::size_t pe = number_at(head, kPeOffset, 4);
  if (part_of(head, pe, 4) != "PE\0\0"sv) return {};
  const std::size_t count = std::min(number_at(head, pe + 6, 2), kMaxSections);
  const std::size_t table = pe + kPeHeader + number_at(head, pe + 20, 2);
  std::vector<PeSection> sections;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view header = part_of(head, table + i * kSectionHeader, kSectionHeader);
    if (header.size() < kSectionHeader) break;
    PeSection section;
    const std::string_view name = header.substr(0, kNameLength);
    section.name = name.substr(0, name.find('\0'));
    const std::size_t in_memory = number_at(header, 8, 4);
    const std::size_t in_file = number_at(header, 16, 4);
    section.size = in_memory == 0 ? in_file : std::min(in_memory, in_file);
    section.offset = number_at(header, 20, 4);
    if (section.offset > file_size || section.size > file_size - section.offset) continue;
    sections.push_back(std::move(section));
  }
  return sections;
}

std::vector<UkiProfile> read_uki_profiles(const FilePlace& file, SourceReader& reader) {
  const std::vector<PeSection> sections = sections_of(file, reader);
  if (!has_kernel(sections)) return {};
  UkiReader uki(file, reader);
  std::vector<UkiProfile> profiles;
  for (const UkiSections& one : split_uki_profiles(sections)) {
    UkiProfile profile = uki.profile(one, profiles.size());
    const std::string more = addons_of(file, uki.text(one, ".uname"), reader);
    if (!more.empty()) profile.cmdline += (profile.cmdline.empty() ? "" : " ") + more;
    profiles.push_back(std::move(profile));
  }
  return profiles;
}

EfiKind efi_kind(const FilePlace& file, SourceReader& reader) {
  constexpr std::size_t kHeaderMagic = 0x202;  // Documentation/x86/boot.rst
  const auto head = reader.read_part(file, 0, kPeHead);
  if (!head) return EfiKind::none;
  if (part_of(*head, kHeaderMagic, 4) == "HdrS") return EfiKind::linux;
  // arm64's Image has "ARM" and 0x64 at 56.
  if (part_of(*head, 56, 4) == "ARMd") return EfiKind::linux;
  return has_kernel(read_pe_sections(*head, reader.size(file))) ? EfiKind::uki : EfiKind::other;
}

BootSource read_uki_folder(const FilePlace& folder, SourceReader& reader) {
  BootSource source{.format = "uki", .file = folder};
  std::vector<Image> images;
  for (const std::string& name : reader.names(folder)) {
    if (!lower_case(name).ends_with(".efi") || images.size() >= kMaxImages) continue;
    Image image{{folder.device, clean_path(folder.path + "/" + name)}, {}, {}};
    if (reader.kind(image.file) != SourceReader::Kind::file) continue;
    image.name = name_of_image(image.file);
    try {
      image.profiles = read_uki_profiles(image.file, reader);
    } catch (const Cancelled&) {
      throw;
    } catch (const Error& error) {
      source.diagnostics.push_back({image.file.str(), 0, describe(error)});
      continue;
    }
    if (!image.profiles.empty())
      images.push_back(std::move(image));
    else
      source.diagnostics.push_back(
          {image.file.str(), 0, "no Unified Kernel Image: it has no .linux section"});
  }
  std::sort(images.begin(), images.end(), sorts_before);
  for (const Image& image : images) add_entries(source, image);
  choose_default(source, images, reader);
  return source;
}

BootSource read_uki(const FilePlace& file, SourceReader& reader) {
  BootSource source{.format = "uki", .file = file};
  const Image image{file, name_of_image(file), read_uki_profiles(file, reader)};
  if (image.profiles.empty())
    source.diagnostics.push_back({file.str(), 0, "no Unified Kernel Image: it has no .linux section"});
  else
    add_entries(source, image);
  if (!source.entries.empty()) source.default_entry = 0;
  return source;
}

}  // namespace kboot
