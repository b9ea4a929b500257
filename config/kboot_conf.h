#pragma once

#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "config/variables.h"

namespace kboot {

/// Reads kboot.conf (kboot.conf(5)) into `variables` as values of `source`. It is the text of a shell's
/// assignments, never run by one: blank lines, `#` comments, NAME=VALUE with '…', "…" and \, `\` at a line's
/// end, several assignments on a line, an optional `export`, $NAME and ${NAME} from earlier assignments (of
/// this file or of an earlier source). Anything else is reported, with its whole line not used (but a line
/// that sets `restricted` restricts, readable or not); the rest of the file still counts. `file` names the
/// text in diagnostics.
///
/// Where a shell's meaning leaves a choice: a quoted value ends on its line (`\` at the end of the line
/// carries on); CR LF ends a line as LF does; a line longer than kMaxConfLine, a control character other than
/// a tab outside a comment, and what expands to more than kMaxConfLine bytes a value or 1 MiB a file are
/// reported; after 20 lines the reports are only counted.
Diagnostics read_kboot_conf(std::string_view text, const std::string& file, Source source,
                            Variables& variables);

/// Longest line (with its continuations) that is looked at, in bytes: four times Linux's longest command
/// line.
inline constexpr std::size_t kMaxConfLine = 16384;

}  // namespace kboot
