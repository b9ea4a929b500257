#include "loader/json.h"

#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "loader/shown.h"

namespace kboot {
namespace {

using Json = nlohmann::ordered_json;

/// File names may hold any bytes: what is no UTF-8 is shown as U+FFFD.
std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json location_json(const PlannedFile& planned) {
  static constexpr std::string_view kKinds[] = {"kboot", "booted", "device", "nfs", "iscsi", "url"};
  static_assert(std::variant_size_v<Location> == std::size(kKinds));
  const ResolvedFile& file = planned.file;
  Json json;
  json["as_written"] = shown(planned.as_written);
  json["kind"] = kKinds[file.location.index()];
  if (file.source)
    json["source"] = *file.source;
  else
    json["source"] = nullptr;
  json["path"] = file.path;
  return json;
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

std::string plan_json(const BootPlan& plan) {
  Json json;
  json["kernel"] = location_json(plan.kernel);
  json["initrds"] = Json::array();
  for (const PlannedFile& initrd : plan.initrds) json["initrds"].push_back(location_json(initrd));
  if (!plan.handoff.empty()) {
    json["handoff"] = Json::array();
    for (const HandoffFile& file : plan.handoff) json["handoff"].push_back("/" + file.path);
  }
  json["cmdline"] = plan.cmdline;
  json["origin"] = plan.origin;
  return line_of(json);
}

}  // namespace kboot
