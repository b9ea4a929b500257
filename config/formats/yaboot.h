#pragma once

#include <string_view>

#include "config/formats/boot_source.h"

namespace kboot {

/// Reads a yaboot.conf by its manual, yaboot.conf(5). Open Firmware's names of devices mean nothing here: a
/// partition's number counts on the disk that the file lies on. Throws Error when the file cannot be read.
BootSource read_yaboot(const FilePlace& file, SourceReader& reader);

}  // namespace kboot
