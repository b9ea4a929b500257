#include <algorithm>
#include <limits>

#include "base/number.h"
#include "base/redact.h"
#include "config/formats/places.h"
#include "loader/entries/list_json.h"

namespace kboot {
namespace {

using Json = nlohmann::ordered_json;
using Kind = SourceEntry::Kind;

/// A place for people and programs: of a URL without user, password and query.
std::string text_of(const FilePlace& place) {
  return is_url(place.device) ? redact_word(place.str()) : place.str();
}

Json texts(const std::vector<FilePlace>& places) {
  Json json = Json::array();
  for (const FilePlace& place : places) json.push_back(text_of(place));
  return json;
}

Json text_or_null(const std::optional<FilePlace>& place) {
  return place ? Json(text_of(*place)) : Json(nullptr);
}

Json entry_json(const ListedEntry& listed) {
  const SourceEntry& entry = listed.entry;
  Json json;
  json["id"] = listed.id;
  json["number"] = listed.number;
  json["title"] = entry.title;
  json["submenu"] = Json::array();
  for (const std::string& title : entry.submenu) json["submenu"].push_back(title);
  json["format"] = listed.format;
  json["file"] = text_of(entry.file);
  json["line"] = entry.line;
  json["default"] = listed.is_default;
  json["kind"] = kind_name(entry.kind);
  json["kernel"] = text_or_null(entry.kernel);
  json["initrds"] = texts(entry.initrds);
  json["modules"] = Json::array();
  for (const BootModule& module : entry.modules)
    json["modules"].push_back({{"file", text_of(module.file)}, {"cmdline", module.cmdline}});
  json["devicetree"] = text_or_null(entry.devicetree);
  json["cmdline"] = entry.cmdline;
  json["why"] = entry.why;
  return json;
}

Json source_json(const ListedSource& source) {
  Json json;
  json["file"] = text_of(source.file);
  json["format"] = source.format;
  json["default"] = source.default_id.empty() ? Json(nullptr) : Json(source.default_id);
  json["timeout"] = source.timeout ? Json(*source.timeout) : Json(nullptr);
  json["diagnostics"] = Json::array();
  for (const Diagnostic& diagnostic : source.diagnostics) json["diagnostics"].push_back(diagnostic.str());
  return json;
}

/// The whole number of a member, when it is one of 0 to `most`.
std::optional<std::uint64_t> number(const Json& json, const char* member, std::uint64_t most) {
  const auto found = json.find(member);
  if (found == json.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto value = found->get<std::uint64_t>();
  return value <= most ? std::optional(value) : std::nullopt;
}

/// The members of an array; none where it is none.
Json::array_t array(const Json& json, const char* member) {
  const auto found = json.find(member);
  return found != json.end() && found->is_array() ? found->get<Json::array_t>() : Json::array_t();
}

std::vector<std::string> texts(const Json& json, const char* member) {
  std::vector<std::string> result;
  for (const Json& one : array(json, member))
    if (one.is_string()) result.push_back(one.get<std::string>());
  return result;
}

/// FilePlace::str() taken back. A tree on a device (`sda1:/x.iso`) becomes the device: the text is the same.
FilePlace file_place(const std::string& text) {
  const std::size_t colon = text.find(":/");
  if (colon == std::string::npos || colon == 0 || text.starts_with('/')) return {"", text};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

std::optional<FilePlace> place_or_none(const Json& json, const char* member) {
  const std::string text = json_text(json, member);
  return text.empty() ? std::nullopt : std::optional(file_place(text));
}

Kind parse_kind(const std::string& name) {
  for (const Kind kind : {Kind::linux, Kind::multiboot, Kind::uki, Kind::firmware, Kind::locked})
    if (name == kind_name(kind)) return kind;
  return Kind::unbootable;
}

std::optional<ListedEntry> parse_entry(const Json& json, const std::string& place) {
  constexpr auto kMostLines = static_cast<std::uint64_t>(std::numeric_limits<int>::max());
  ListedEntry listed;
  listed.id = json_text(json, "id");
  listed.place = place;
  if (!listed.id.starts_with(place + "#") || listed.id.size() < place.size() + 2) return std::nullopt;
  listed.name = listed.id.substr(place.size() + 1);
  listed.format = json_text(json, "format");
  listed.is_default = json_flag(json, "default");
  SourceEntry& entry = listed.entry;
  entry.name = listed.name;
  entry.title = json_text(json, "title");
  entry.submenu = texts(json, "submenu");
  entry.file = file_place(json_text(json, "file"));
  entry.line = static_cast<int>(number(json, "line", kMostLines).value_or(0));
  entry.kind = parse_kind(json_text(json, "kind"));
  entry.kernel = place_or_none(json, "kernel");
  for (const std::string& text : texts(json, "initrds")) entry.initrds.push_back(file_place(text));
  for (const Json& module : array(json, "modules"))
    entry.modules.push_back({file_place(json_text(module, "file")), json_text(module, "cmdline")});
  entry.devicetree = place_or_none(json, "devicetree");
  entry.cmdline = json_text(json, "cmdline");
  entry.why = json_text(json, "why");
  const bool has_kernel = entry.kernel || entry.kind == Kind::firmware || entry.kind == Kind::locked;
  if (!has_kernel) entry.kind = Kind::unbootable;
  return listed;
}

/// Diagnostic::str() taken back.
Diagnostic parse_diagnostic(const std::string& text) {
  const std::size_t end = text.find(": ");
  if (end == std::string::npos) return {"", 0, text};
  Diagnostic diagnostic{text.substr(0, end), 0, text.substr(end + 2)};
  const std::size_t colon = diagnostic.file.rfind(':');
  if (colon == std::string::npos) return diagnostic;
  constexpr std::uint64_t kMost = 1'000'000'000;
  const auto line = whole_number(std::string_view(diagnostic.file).substr(colon + 1));
  // The digits are as str() writes them.
  if (!line || *line == 0 || *line > kMost || diagnostic.file[colon + 1] == '0') return diagnostic;
  diagnostic.file.resize(colon);
  diagnostic.line = static_cast<int>(*line);
  return diagnostic;
}

ListedSource parse_source(const Json& json, const std::string& place) {
  ListedSource source;
  source.place = place;
  source.format = json_text(json, "format");
  source.file = file_place(json_text(json, "file"));
  source.default_id = json_text(json, "default");
  if (const auto timeout = number(json, "timeout", std::numeric_limits<unsigned>::max()))
    source.timeout = static_cast<unsigned>(*timeout);
  for (const std::string& text : texts(json, "diagnostics"))
    source.diagnostics.push_back(parse_diagnostic(text));
  return source;
}

}  // namespace

std::string json_text(const Json& json, const char* member) {
  const auto found = json.find(member);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool json_flag(const Json& json, const char* member) {
  const auto found = json.find(member);
  return found != json.end() && found->is_boolean() && found->get<bool>();
}

std::string json_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json list_json(const EntryList& list) {
  Json json;
  json["entries"] = Json::array();
  for (const ListedEntry& entry : list.entries) json["entries"].push_back(entry_json(entry));
  json["sources"] = Json::array();
  for (const ListedSource& source : list.sources) json["sources"].push_back(source_json(source));
  return json;
}

std::string entries_json(const EntryList& list) {
  return json_line(list_json(list));
}

EntryList parse_list(const Json& json, const std::string& place) {
  EntryList list;
  for (const Json& one : array(json, "entries")) {
    auto entry = parse_entry(one, place);
    if (!entry) continue;
    entry->number = list.entries.size() + 1;
    list.entries.push_back(std::move(*entry));
  }
  for (const Json& one : array(json, "sources")) list.sources.push_back(parse_source(one, place));
  return list;
}

}  // namespace kboot
