#include "loader/entries/lease_place.h"

#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "config/formats/places.h"
#include "config/formats/uki.h"
#include "loader/boot/image.h"
#include "loader/entries/pxelinux_search.h"
#include "loader/entries/source_table.h"

namespace kboot {

std::optional<Url> leased_url(MachineFacts& machine) {
  for (const Link& link : boot_links(machine)) {
    for (const auto& lease : {link.lease, link.lease6}) {
      if (!lease || lease->boot_file.empty()) continue;
      if (Url::looks_like(lease->boot_file)) return Url::parse(lease->boot_file);
      std::string server = lease->next_server.empty() ? lease->server : lease->next_server;
      if (server.find(':') != std::string::npos) server = fmt::format("[{}]", server);
      return Url::parse(fmt::format("tftp://{}{}", server, clean_path(lease->boot_file)));
    }
  }
  return std::nullopt;
}

BootSource read_leased(const FilePlace& file, MachineFacts& machine, SourceReader& reader) {
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
