#pragma once

#include <string>
#include <string_view>

namespace kboot {

/// Whether a file that is there already stays as it is.
enum class Publish { if_new, again };

/// Makes a file, for root alone, that other processes see as a whole or not at all. Throws Error.
void publish_file(const std::string& path, std::string_view text, Publish how);

}  // namespace kboot
