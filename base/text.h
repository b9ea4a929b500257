#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kboot {

/// Words between runs of blanks and tabs; no quotes are known.
std::vector<std::string> split_blanks(std::string_view text);

/// Words between blanks and tabs, but a quoted stretch ('…' or "…", anywhere in a word) keeps its blanks. The
/// quotes stay in the word: the words go to a kernel, which has its own rules. \" does not end a "…" (as in
/// unquote()). A quote that is never closed is an ordinary character.
std::vector<std::string> split_words(std::string_view text);

/// The lines, each without its newline; the last one may lack it. They are parts of `text`.
std::vector<std::string_view> lines_of(std::string_view text);

/// Without blanks, tabs, CR and LF at both ends.
std::string_view trim(std::string_view text);

/// `text` without shell-like quotes: '…' literal, "…" with \" \\ \$ \` taken back, \c outside quotes is c. A
/// quote that is never closed and a \ at the end are ordinary characters.
std::string unquote(std::string_view text);

/// `text` as one word for a POSIX shell, in single quotes where it needs them.
std::string shell_quoted(std::string_view text);

/// Words joined by one blank.
std::string join(const std::vector<std::string>& words, std::string_view separator = " ");

/// Text from a disk or a network made safe for a terminal: control characters (C0, DEL, C1 in UTF-8), line
/// separators, what turns the direction of text, and malformed UTF-8 become
/// `\xNN`, other well-formed UTF-8 stays.
std::string printable(std::string_view text);

/// printable(), but tabs and newlines stay, and the CR of a CR LF goes: a text file for a terminal.
std::string printable_text(std::string_view text);

/// The last line that a program printed, which mostly tells why it failed, made safe for a terminal.
std::string last_line(std::string_view output);

/// printable(), cut at a character so that no more than `limit` bytes are left, with "..." for what was cut
/// off.
std::string printable_head(std::string_view text, std::size_t limit);

/// Levenshtein's distance in bytes: how many single-character edits turn `a` into `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// A time in seconds since 1970 as "2026-11-25 10:31", in UTC; `format` is strftime(3)'s. "?" when there is
/// no such year.
std::string utc_text(std::int64_t seconds, const char* format = "%Y-%m-%d %H:%M");

/// "1.5 MiB", "512 bytes": at most one decimal.
std::string human_size(unsigned long long bytes);

}  // namespace kboot
