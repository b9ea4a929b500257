#pragma once

#include <string>
#include <string_view>

#include "loader/terminal/table.h"

namespace kboot {

// Results as objects, described in kboot(8), JSON: each is one line, without its newline.

/// Throws UsageError in a kboot that was built without them.
void require_json();

/// {"MEMBER": text, "line": line}
std::string text_json(std::string_view member, std::string_view text, std::string_view line);
/// {"NAME": [{"column": "cell", …}, …], "line": line}
std::string table_json(const Table& table, std::string_view line);

}  // namespace kboot
