#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/formats/boot_source.h"

namespace kboot {

/// All boot sources of a device, or of a folder that stands for one, in the order of the table. What cannot
/// be read is in the diagnostics of its source.
std::vector<BootSource> find_sources(const std::string& device, SourceReader& reader);

/// One configuration that was named: its format follows from its name in the table, else from its content.
/// Throws Error for a file that is none.
BootSource read_named_source(const FilePlace& file, SourceReader& reader);

/// Whether read_named_source() would take a text that begins so for a configuration; none of a program or an
/// image.
bool is_source(const FilePlace& file, std::string_view head);

/// The formats' names in the table's order, for the manual page's test.
std::vector<std::string_view> source_formats();

}  // namespace kboot
