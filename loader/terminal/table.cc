#include "loader/terminal/table.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/text.h"

namespace kboot {
namespace {

constexpr std::string_view kGap = "  ";

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

}  // namespace

/// Bytes that do not continue a character begin one.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string cut_to(std::string_view text, std::size_t width, std::string_view cut) {
  if (width_of(text) <= width) return std::string(text);
  if (width < width_of(cut)) return "";
  const std::size_t kept = width - width_of(cut);
  std::size_t end = 0;
  for (std::size_t seen = 0; end < text.size(); ++end) {
    const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
    if (begins && seen++ == kept) break;
  }
  return fmt::format("{}{}", text.substr(0, end), cut);
}

std::string table_text(const Table& table, std::size_t width) {
  if (table.rows.empty()) return "";
  std::vector<std::vector<std::string>> lines(1);
  for (const std::string_view column : table.columns) lines[0].push_back(upper(column));
  for (const auto& row : table.rows) {
    std::vector<std::string>& line = lines.emplace_back();
    for (const Cell& cell : row) line.push_back(printable(cell.text));
  }
  std::vector<std::size_t> widths(table.columns.size());
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));

  std::string text;
  for (const auto& line : lines) {
    std::string row;
    std::size_t used = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool last = i + 1 == line.size();
      const std::string cell = last ? cut_to(line[i], width > used ? width - used : 1) : line[i];
      row += cell;
      if (!last) row.append(widths[i] - width_of(cell), ' ').append(kGap);
      used += widths[i] + kGap.size();
    }
    text += row.substr(0, row.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string table_text(const Table& table, const std::vector<std::string>& below) {
  const std::string lines = table_text(table);
  std::string text;
  std::size_t begin = 0;
  for (std::size_t i = 0; begin < lines.size(); ++i) {
    const std::size_t end = lines.find('\n', begin) + 1;
    text += lines.substr(begin, end - begin);
    if (i > 0) text += below.at(i - 1);  // the first line has the headings
    begin = end;
  }
  return text;
}

std::string columns_text(const std::vector<std::string>& names, std::size_t width) {
  if (names.empty()) return "";
  std::vector<std::string> shown;
  shown.reserve(names.size());
  for (const std::string& name : names) shown.push_back(printable(name));

  // The widths of the columns when there are `lines` lines, and whether they fit beside each other.
  std::vector<std::size_t> widths;
  const auto fits_in = [&](std::size_t lines) {
    widths.assign((shown.size() + lines - 1) / lines, 0);
    for (std::size_t i = 0; i < shown.size(); ++i)
      widths[i / lines] = std::max(widths[i / lines], width_of(shown[i]));
    std::size_t all = (widths.size() - 1) * kGap.size();
    for (const std::size_t one : widths) all += one;
    return all <= width;
  };
  std::size_t characters = 0;
  for (const std::string& name : shown) characters += width_of(name);
  std::size_t lines = std::min(shown.size(), characters / std::max<std::size_t>(width, 1) + 1);
  while (lines < shown.size() && !fits_in(lines)) ++lines;
  if (lines == shown.size()) fits_in(lines);

  std::string text;
  for (std::size_t line = 0; line < lines; ++line) {
    for (std::size_t i = line; i < shown.size(); i += lines) {
      text += shown[i];
      if (i + lines < shown.size()) text.append(widths[i / lines] - width_of(shown[i]), ' ').append(kGap);
    }
    text += '\n';
  }
  return text;
}

}  // namespace kboot
