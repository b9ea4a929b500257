#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace kboot {

/// Names below each other with what stands behind them: beside a name, or in a line of its own where names
/// take more than half of `width` columns. All is made printable and cut.
std::string candidate_list(const std::vector<std::string>& names,
                           const std::map<std::string, std::string>& about, std::size_t width);

}  // namespace kboot
