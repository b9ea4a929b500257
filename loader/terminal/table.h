#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kboot {

/// One field of a table: what people read and, where that is a rounded number ("9.5 MiB"), the exact one for
/// JSON.
struct Cell {
  std::string text;
  std::optional<std::uint64_t> number;

  Cell(std::string shown) : text(std::move(shown)) {}  // NOLINT(google-explicit-constructor)
  Cell(const char* shown) : text(shown) {}             // NOLINT(google-explicit-constructor)
  Cell(std::string shown, std::uint64_t exact) : text(std::move(shown)), number(exact) {}
};

/// What a command lists. Cells may hold text from a disk or a network: it is made printable when shown.
struct Table {
  std::string_view name;                  ///< the JSON member that holds the rows: "devices"
  std::vector<std::string_view> columns;  ///< JSON members in lower case; people see them in upper case
  std::vector<std::vector<Cell>> rows;    ///< as many cells each as there are columns
};

/// The table for people: columns as wide as their widest cell, two blanks apart, no blanks at line ends; the
/// last column is cut with "…" where it would go beyond `width` columns of the terminal. Just the headings'
/// absence tells an empty table: the text is empty.
std::string table_text(const Table& table, std::size_t width = 80);

/// The same with whole lines of text below each row: as many texts as rows, each may be empty.
std::string table_text(const Table& table, const std::vector<std::string>& below);

/// Characters of printable UTF-8.
std::size_t width_of(std::string_view text);
/// The first `width` characters of printable UTF-8, the last of them "…" (or `cut`) when there are more.
std::string cut_to(std::string_view text, std::size_t width, std::string_view cut = "…");

/// Names in columns that are filled downwards, two blanks apart, in as few lines of `width` columns as they
/// fit in; the names are made printable. No names, no text.
std::string columns_text(const std::vector<std::string>& names, std::size_t width);

}  // namespace kboot
