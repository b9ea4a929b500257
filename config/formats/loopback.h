#pragma once

#include <optional>

#include "config/formats/boot_source.h"

namespace kboot {

/// Reads the loopback.cfg of an ISO image (`/boot/grub/loopback.cfg`, else `/boot/grub2/loopback.cfg`): a
/// GRUB script that finds the image's path in `iso_path` and the image's file system at `$root`. `image` is
/// the file of the image. Nothing without such a file. Throws Error when the image cannot be read.
std::optional<BootSource> read_loopback(const FilePlace& image, SourceReader& reader);

}  // namespace kboot
