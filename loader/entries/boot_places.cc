#include "loader/entries/boot_places.h"

#include <algorithm>

#include "base/error.h"
#include "base/lower_case.h"
#include "base/redact.h"
#include "config/formats/live_system.h"
#include "config/formats/places.h"
#include "config/formats/uki.h"
#include "loader/boot/image.h"
#include "loader/entries/devices.h"
#include "loader/entries/lease_place.h"
#include "loader/entries/pixiecore.h"
#include "loader/entries/pxelinux_search.h"
#include "loader/entries/resolver_reader.h"
#include "loader/entries/source_table.h"
#include "loader/entries/url_reader.h"
#include "netfetch/transfer_error.h"

namespace kboot {
namespace {

constexpr std::string_view kDev = "/dev/";

std::string name_of_node(const std::string& node) {
  return node.starts_with(kDev) ? node.substr(kDev.size()) : node;
}

/// A folder or a file as the word of the path language that names it wherever one is, and a file's tree apart
/// from its path in it.
FilePlace file_place(const Location& location) {
  if (const auto* device = std::get_if<DevicePath>(&location)) return {device->device, device->path};
  if (const auto* booted = std::get_if<BootedPath>(&location)) return {"", booted->path};
  if (const auto* own = std::get_if<KbootPath>(&location)) return {"/", own->path};
  const std::string text = to_string(location);
  const std::size_t slash = text.rfind('/');
  return {text.substr(0, slash), text.substr(slash)};
}

/// A device is known by one name, whichever it was asked for by.
Location with_known_device(Location location, Mounter& mounter) {
  if (auto* device = std::get_if<DevicePath>(&location))
    if (const auto node = mounter.find_device(device->device)) device->device = name_of_node(*node);
  return location;
}

std::string folder_name(const FilePlace& place) {
  const std::string text = place.str();
  return text.size() > 1 && text.ends_with('/') ? text.substr(0, text.size() - 1) : text;
}

const BlockDevice* find_block_device(const std::vector<BlockDevice>& devices, const std::string& name) {
  const auto found = std::find_if(devices.begin(), devices.end(), [&](const BlockDevice& device) {
    return name_of_node(device.node) == name;
  });
  return found == devices.end() ? nullptr : &*found;
}

/// Where what a URL demands of a download, or an entry's name, begins; npos: nowhere.
std::size_t last_hash(std::string_view url) {
  const std::size_t hash = url.rfind('#');
  return hash == std::string_view::npos || hash + 1 == url.size() ? std::string_view::npos : hash;
}

/// Whether that is for the download: `sha256=…`, `insecure=true`, or the rest of a password with a `#`.
bool is_demand(std::string_view fragment) {
  const std::string lower = lower_case(fragment);
  return lower.starts_with("sha256=") || lower.starts_with("insecure=") ||
         fragment.find('@') != std::string_view::npos;
}

/// No configuration of a server leads to a disk. The user and the password of a URL are not shown.
EntryList list_of_server(EntryList list) {
  const auto check = [](SourceEntry& entry) {
    std::vector<FilePlace> files = entry.initrds;
    if (entry.kernel) files.push_back(*entry.kernel);
    for (const BootModule& module : entry.modules) files.push_back(module.file);
    for (const FilePlace& file : files) {
      if (is_url(file.device)) continue;
      entry.kind = SourceEntry::Kind::unbootable;
      entry.why = file.str() + ": a server's configuration does not lead to this machine's disks";
    }
    entry.why = redact_line(entry.why);
  };
  for (ListedEntry& listed : list.entries) check(listed.entry);
  for (ListedSource& source : list.sources) {
    for (Diagnostic& diagnostic : source.diagnostics) {
      diagnostic.file = redact_line(diagnostic.file);
      diagnostic.message = redact_line(diagnostic.message);
    }
  }
  return list;
}

BootSource read_at_url(const BootPlace& place, MachineFacts& machine, SourceReader& reader) {
  if (place.name == kDhcp) return read_leased(place.file, machine, reader);
  if (is_pixiecore(place.name)) return read_pixiecore(place.file, machine, reader);
  if (!is_pxelinux_folder(place.file.path)) return read_named_source(place.file, reader);
  return read_named_source(find_pxelinux_file(place.file, machine, reader), reader);
}

/// Boot options have no files of their own.
class NoFiles final : public SourceReader {
 public:
  Kind kind(const FilePlace& /*place*/) override { return Kind::none; }
  std::optional<std::string> read(const FilePlace& /*place*/, std::size_t /*limit*/) override { return {}; }
  std::size_t size(const FilePlace& /*place*/) override { return 0; }
  std::vector<std::string> names(const FilePlace& /*folder*/) override { return {}; }
  const std::vector<KnownDevice>& devices() override { return devices_; }
  bool efi() override { return true; }

 private:
  std::vector<KnownDevice> devices_;
};

BootSource source_of(const BootOptions& options) {
  BootSource source{.format = "firmware", .file = {kFirmwarePlace, "/"}};
  for (const BootOption& one : options.options) {
    if (!one.option.in_menu()) continue;
    SourceEntry entry;
    entry.title = one.title();
    entry.file = {kFirmwarePlace, "/" + boot_option_name(one.number)};
    entry.kind = SourceEntry::Kind::firmware;
    // What the firmware starts by itself. It never starts an app.
    if (!source.default_entry && one.order && !one.option.app()) source.default_entry = source.entries.size();
    source.entries.push_back(std::move(entry));
  }
  for (const Diagnostic& one : options.diagnostics)
    source.diagnostics.push_back({FilePlace{kFirmwarePlace, "/" + one.file}.str(), one.line, one.message});
  return source;
}

EntryList list_url(const BootPlace& place, Resolver& resolver, MachineFacts& machine) {
  UrlReader reader(resolver, machine, *place.url);
  try {
    return list_of_server(make_list(place.name, {read_at_url(place, machine, reader)}, reader));
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    throw Error(redact_line(describe(error)));
  }
}

/// What lies in an image file. A live system looks for the file that it lies in: the words tell it, unless
/// the image's own configuration has.
EntryList list_image(const BootPlace& place, SourceReader& reader) {
  EntryList list = make_list(place.name, find_sources(place.file.device, reader), reader);
  const std::string word = live_word(place.file.device, reader);
  const std::string name = word.substr(0, word.find('=') + 1);
  for (ListedEntry& listed : list.entries)
    if (!word.empty() && listed.format != "loopback" && listed.entry.cmdline.find(name) == std::string::npos)
      listed.entry.cmdline += (listed.entry.cmdline.empty() ? "" : " ") + word;
  return list;
}

}  // namespace

EntryList locked_list(const BlockDevice& device) {
  ListedEntry listed;
  listed.place = name_of_node(device.node);
  listed.name = "locked";
  listed.id = listed.place + "#" + listed.name;
  listed.number = 1;
  listed.format = "luks";
  listed.entry.name = listed.name;
  listed.entry.title = device.label.empty() ? "LUKS volume" : "LUKS volume " + device.label;
  listed.entry.file = {listed.place, "/"};
  listed.entry.kind = SourceEntry::Kind::locked;
  listed.entry.why = "locked: a passphrase opens it";
  EntryList list;
  list.entries.push_back(std::move(listed));
  return list;
}

EntryList list_boot_options(const BootOptions& options) {
  NoFiles reader;
  return make_list(kFirmwarePlace, {source_of(options)}, reader);
}

std::optional<unsigned> boot_option_of(const SourceEntry& entry) {
  if (entry.file.device != kFirmwarePlace || !entry.file.path.starts_with('/')) return std::nullopt;
  return boot_option_number(std::string_view(entry.file.path).substr(1));
}

std::optional<BootPlace> find_place(std::string_view word, Resolver& resolver, const Location& cwd) {
  LinuxMachineFacts machine;
  return find_place(word, resolver, cwd, machine);
}

std::optional<BootPlace> find_place(std::string_view word, Resolver& resolver, const Location& cwd,
                                    MachineFacts& machine) {
  if (word == kDhcp) {
    const auto url = leased_url(machine);
    if (!url) fail("dhcp: no lease says what this machine boots");
    return BootPlace{BootPlace::Kind::url, kDhcp, place_of_url(*url), *url};
  }
  if (word == kFirmwarePlace && machine.firmware() == Firmware::uefi)
    return BootPlace{BootPlace::Kind::firmware, kFirmwarePlace, {kFirmwarePlace, ""}};
  if (Url::looks_like(word)) {
    const bool pixiecore = is_pixiecore(word);
    Url url = Url::parse(pixiecore ? pixiecore_url(word) : word);
    std::string name = (pixiecore ? "pixiecore+" : "") + url.redacted();
    return BootPlace{BootPlace::Kind::url, std::move(name), place_of_url(url), url};
  }
  Mounter& mounter = resolver.mounter();
  const auto may_be_device = [&](std::string_view name) {
    return mounter.is_device(name) || looks_like_device(name);
  };
  if (const auto device = parse_device(word, may_be_device)) {
    if (const auto node = resolver.find_device_node(device->device))
      return BootPlace{BootPlace::Kind::device, name_of_node(*node), {name_of_node(*node), ""}};
    if (is_tag(word) || word.starts_with(kDev)) return std::nullopt;
  }
  const Location location = with_known_device(resolver.parse(word, cwd), mounter);
  const auto file = resolver.find(location);
  if (!file && word == kFirmwarePlace)
    fail("{}: this machine was not started by UEFI firmware, so there are no boot options of it", word);
  if (!file) return std::nullopt;
  FilePlace place = file_place(location);
  if (file->kind == FileKind::block_device)
    return BootPlace{
        BootPlace::Kind::device, name_of_node(file->local_path), {name_of_node(file->local_path), ""}};
  if (file->kind == FileKind::regular && is_disk_image(resolver.probe(*file, kContentsHead, {}).head))
    return BootPlace{BootPlace::Kind::image, place.str(), {device_in(place), ""}};
  if (file->kind == FileKind::regular) return BootPlace{BootPlace::Kind::file, place.str(), place};
  if (file->kind != FileKind::directory) return std::nullopt;
  if (std::holds_alternative<DevicePath>(location) && place.path == "/")
    return BootPlace{BootPlace::Kind::device, place.device, {place.device, ""}};
  std::string name = folder_name(place);
  // The booted system's root is a place without a name of its own; kboot's own is `//`.
  const bool top = place.path == "/" && place.device.size() < 2;
  return BootPlace{BootPlace::Kind::folder, name, {top ? place.device : name, ""}};
}

EntryList list_place(const BootPlace& place, Resolver& resolver) {
  LinuxMachineFacts machine;
  return list_place(place, resolver, machine);
}

EntryList list_place(const BootPlace& place, Resolver& resolver, MachineFacts& machine) {
  if (place.kind == BootPlace::Kind::url) return list_url(place, resolver, machine);
  if (place.kind == BootPlace::Kind::firmware) {
    const auto options = with_noun(place.name, [&] { return machine.boot_options(); });
    return options ? list_boot_options(*options) : EntryList();
  }
  ResolverReader reader(resolver, machine);
  reader.allow(place.file.device);
  if (place.kind == BootPlace::Kind::folder && is_pxelinux_folder(place.name)) {
    const FilePlace file = find_pxelinux_file({place.file.device, "/"}, machine, reader);
    return make_list(place.name, {read_named_source(file, reader)}, reader);
  }
  if (place.kind == BootPlace::Kind::file)
    return make_list(place.name, {read_named_source(place.file, reader)}, reader);
  if (image_of(place.file.device)) {
    // An image that cannot be mounted is an error of its own, not one without entries.
    with_noun(place.name, [&] { resolver.find(resolver.parse(place.file.device, KbootPath{"/"})); });
    return list_image(place, reader);
  }
  if (place.kind == BootPlace::Kind::device) {
    const std::vector<BlockDevice> devices = resolver.mounter().devices();
    if (const BlockDevice* device = find_block_device(devices, place.name)) {
      if (device->type == "crypto_LUKS") return locked_list(*device);
      if (!may_hold_sources(*device)) fail("{}: no file system but {}", place.name, device->type);
    }
    // A device that cannot be mounted is an error of its own, not one without entries.
    with_noun(place.name, [&] { resolver.find(DevicePath{place.name, "/"}); });
  }
  return make_list(place.name, find_sources(place.file.device, reader), reader);
}

EntryList list_all(Resolver& resolver, const std::function<void(const std::string& message)>& note) {
  LinuxMachineFacts machine;
  return list_all(resolver, note, machine);
}

EntryList list_all(Resolver& resolver, const std::function<void(const std::string& message)>& note,
                   MachineFacts& machine) {
  EntryList list;
  for (const BlockDevice& device : resolver.mounter().devices()) {
    const std::string name = name_of_node(device.node);
    if (device.type != "crypto_LUKS" &&
        (device.type.empty() ? device.partitioned : !may_hold_sources(device)))
      continue;
    try {
      append(list, list_place({BootPlace::Kind::device, name, {name, ""}}, resolver, machine));
    } catch (const Cancelled&) {
      throw;
    } catch (const Error& error) {
      // What is on it is not known: it need not be a file system.
      if (!device.type.empty()) note(describe(error));
    }
  }
  return list;
}

std::optional<EntryWord> split_entry_word(std::string_view word, Resolver& resolver, const Location& cwd) {
  const auto split_at = [&](std::size_t hash) -> std::optional<EntryWord> {
    auto place = find_place(word.substr(0, hash), resolver, cwd);
    if (!place) return std::nullopt;
    return EntryWord{std::move(*place), std::string(word.substr(hash + 1))};
  };
  if (Url::looks_like(word)) {
    const std::size_t hash = last_hash(word);
    if (hash == std::string_view::npos || is_demand(word.substr(hash + 1))) return std::nullopt;
    return split_at(hash);
  }
  for (std::size_t hash = word.find('#'); hash != std::string_view::npos; hash = word.find('#', hash + 1)) {
    if (hash == 0 || hash + 1 == word.size()) continue;
    if (auto split = split_at(hash)) return split;
  }
  return std::nullopt;
}

std::string head_of(const Url& url, Resolver& resolver) {
  try {
    return resolver.probe(resolver.resolve(url), kPeHead, {}).head;
  } catch (const TransferError& error) {
    if (error.again() == TransferError::Again::yes) return "";
    throw;
  }
}

bool is_configuration(const Url& url, Resolver& resolver) {
  const FilePlace place = place_of_url(url);
  if (is_pxelinux_folder(place.path)) return true;
  const std::string head = head_of(url, resolver);
  return !probe_image(head) && is_source(place, head);
}

}  // namespace kboot
