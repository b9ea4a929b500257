#pragma once

#include <string>

#include "config/formats/source_reader.h"

namespace kboot {

/// The word of the command line that tells a live system in which file it lies: `findiso=/x.iso`. What is in
/// the image says which word its initrd looks for. Empty: `device` is no image file's, or nothing is known of
/// what is in it.
std::string live_word(const std::string& device, SourceReader& reader);

}  // namespace kboot
