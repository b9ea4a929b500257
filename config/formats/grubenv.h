#pragma once

#include <map>
#include <string>
#include <string_view>

namespace kboot {

/// A longer environment block is taken for a mistake; GRUB's own has 1024 bytes.
inline constexpr std::size_t kMaxGrubEnvironment = std::size_t{1} << 16;

/// Reads GRUB's environment block (`grubenv`): a line of its signature, then `name=value` lines, where `\`
/// takes the meaning from the next character, filled up with `#`. Without the signature there is nothing in
/// it. Pure.
std::map<std::string, std::string> read_grub_environment(std::string_view text);

}  // namespace kboot
