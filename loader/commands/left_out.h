#pragma once

#include <string_view>
#include <vector>

namespace kboot {

/// Whether that part was left out of this kboot (KBOOT_WITHOUT in CMakeLists.txt); not for an empty name.
bool is_left_out(std::string_view part);

/// What was left out, for people: `Tab`, `https`, `NFS`; nothing of a whole kboot.
std::vector<std::string_view> left_out_words();

}  // namespace kboot
