#include "loader/terminal/json.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace kboot {
namespace {

using Json = nlohmann::ordered_json;

/// File names may hold any bytes: what is no UTF-8 is shown as U+FFFD.
std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

void require_json() {}

std::string text_json(std::string_view member, std::string_view text, std::string_view line) {
  return line_of({{std::string(member), text}, {"line", line}});
}

std::string table_json(const Table& table, std::string_view line) {
  Json rows = Json::array();
  for (const auto& row : table.rows) {
    Json object = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string column(table.columns[i]);
      if (row[i].number)
        object[column] = *row[i].number;
      else
        object[column] = row[i].text;
    }
    rows.push_back(std::move(object));
  }
  return line_of({{std::string(table.name), std::move(rows)}, {"line", line}});
}

}  // namespace kboot
