#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace kboot {

/// A configuration's text as the lexer wants it: without a byte order mark and CRs; a line with a NUL is
/// emptied, and so is all of a text in UTF-16, which GRUB cannot read. `complain` hears of both.
std::string grub_text(std::string_view bytes,
                      const std::function<void(int line, std::string message)>& complain);

}  // namespace kboot
