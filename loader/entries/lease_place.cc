#include "loader/entries/lease_place.h"

#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "config/formats/places.h"
#include "config/formats/syslinux.h"
#include "config/formats/uki.h"
#include "loader/boot/image.h"
#include "loader/entries/pxelinux_search.h"
#include "loader/entries/source_table.h"

namespace kboot {

namespace {

struct LeasedFile {
  Url url;
  bool is_syslinux = false;  ///< PXELINUX's configuration, whatever its name is
};

/// A name of the lease's as a URL: it may be one, else it is a file's on the TFTP server.
Url url_of(const std::string& name, const Lease& lease) {
  if (Url::looks_like(name)) return Url::parse(name);
  std::string server = lease.next_server.empty() ? lease.server : lease.next_server;
  if (server.find(':') != std::string::npos) server = fmt::format("[{}]", server);
  return Url::parse(fmt::format("tftp://{}{}", server, clean_path(name)));
}

std::optional<LeasedFile> file_of(const Lease& lease) {
  if (!lease.config_file.empty()) {
    const bool whole = Url::looks_like(lease.config_file) || lease.config_file.starts_with('/');
    return LeasedFile{url_of((whole ? "" : lease.path_prefix) + lease.config_file, lease), true};
  }
  if (!lease.path_prefix.empty()) return LeasedFile{url_of(lease.path_prefix + "pxelinux.cfg/", lease)};
  if (!lease.boot_file.empty()) return LeasedFile{url_of(lease.boot_file, lease)};
  return std::nullopt;
}

std::optional<LeasedFile> leased_file(MachineFacts& machine) {
  for (const Link& link : boot_links(machine))
    for (const auto& lease : {link.lease, link.lease6})
      if (lease)
        if (auto file = file_of(*lease)) return file;
  return std::nullopt;
}

}  // namespace

std::optional<Url> leased_url(MachineFacts& machine) {
  auto file = leased_file(machine);
  if (!file) return std::nullopt;
  return std::move(file->url);
}

BootSource read_leased(const FilePlace& file, MachineFacts& machine, SourceReader& reader) {
  const auto leased = leased_file(machine);
  if (leased && leased->is_syslinux) return read_syslinux(file, reader);
  if (is_pxelinux_folder(file.path))
    return read_named_source(find_pxelinux_file(file, machine, reader), reader);
  const auto head = reader.read_part(file, 0, kPeHead);
  if (!head) fail("{}: no such file", file.str());
  if (is_uki(*head) || is_source(file, *head)) return read_named_source(file, reader);
  if (probe_image(*head)) {
    BootSource source{.format = kDhcp, .file = file};
    SourceEntry entry;
    entry.name = entry.title = file_name_of(file.path);
    entry.file = file;
    entry.kernel = file;
    source.entries.push_back(std::move(entry));
    source.default_entry = 0;
    return source;
  }
  const FilePlace folder{file.device, clean_path(folder_of(file.path) + "/pxelinux.cfg")};
  BootSource source = with_noun(file.str() + " is another loader's program", [&] {
    return read_named_source(find_pxelinux_file(folder, machine, reader), reader);
  });
  source.diagnostics.insert(
      source.diagnostics.begin(),
      {file.str(), 0, "another loader's program; PXELINUX's configuration beside it is read"});
  return source;
}

}  // namespace kboot
