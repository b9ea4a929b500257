#include "loader/boot/plan_json.h"

#include <iterator>
#include <string_view>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "loader/terminal/shown.h"

namespace kboot {
namespace {

using Json = nlohmann::ordered_json;

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

std::string plan_json(const BootPlan& plan) {
  Json json;
  json["kernel"] = location_json(plan.kernel);
  json["initrds"] = Json::array();
  for (const PlannedFile& initrd : plan.initrds) json["initrds"].push_back(location_json(initrd));
  if (!plan.parts.empty()) json["parts"] = plan.parts;
  if (!plan.modules.empty()) {
    json["modules"] = Json::array();
    for (const PlannedModule& module : plan.modules)
      json["modules"].push_back({{"file", location_json(module.file)}, {"cmdline", module.cmdline}});
  }
  if (!plan.handoff.empty()) {
    json["handoff"] = Json::array();
    for (const HandoffFile& file : plan.handoff) json["handoff"].push_back("/" + file.path);
  }
  json["cmdline"] = plan.cmdline;
  json["origin"] = plan.origin;
  // File names may hold any bytes: what is no UTF-8 is shown as U+FFFD.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace kboot
