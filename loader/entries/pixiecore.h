#pragma once

#include <string>
#include <string_view>

#include "config/formats/source_reader.h"
#include "loader/entries/entry_list.h"
#include "loader/entries/machine_facts.h"

namespace kboot {

/// Whether a word names a server of Pixiecore's API: `pixiecore+http://server/prefix`.
bool is_pixiecore(std::string_view word);
/// The URL in it.
std::string pixiecore_url(std::string_view word);

/// What an answer says is to be booted: one entry
/// (https://github.com/danderson/netboot/blob/main/pixiecore/README.api.md). Throws Error for an answer that
/// is none.
BootSource parse_pixiecore(const std::string& answer, const FilePlace& file);

/// What the server has for this machine, whose network cards are asked about one after the other. Throws
/// Error when it has nothing for any of them, Cancelled.
BootSource read_pixiecore(const FilePlace& prefix, MachineFacts& machine, SourceReader& reader);

}  // namespace kboot
