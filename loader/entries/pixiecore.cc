#include "loader/entries/pixiecore.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/lower_case.h"
#include "base/text.h"
#include "config/formats/places.h"
#include "loader/entries/pxelinux_search.h"

namespace kboot {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPrefix = "pixiecore+";
constexpr std::size_t kMaxAnswer = std::size_t{1} << 20;

/// A file as the answer names it: a URL, or a path from the top of the server that sent it.
FilePlace file_of(const Json& json, const FilePlace& answer) {
  if (!json.is_string()) fail("a file that is no text");
  return place_of(json.get<std::string>(), answer.device, "/");
}

/// The cmdline with `{{ URL "x" }}` replaced by the URL x, from which Pixiecore itself would make one of its
/// own.
std::string expand_urls(std::string_view text, const FilePlace& answer) {
  std::string words;
  while (!text.empty()) {
    const std::size_t begin = text.find("{{");
    words += text.substr(0, begin);
    if (begin == std::string_view::npos) break;
    const std::size_t end = text.find("}}", begin);
    if (end == std::string_view::npos) fail("cmdline: a \"{{{{\" is never closed");
    const std::vector<std::string> call = split_words(text.substr(begin + 2, end - begin - 2));
    if (call.size() != 2 || call[0] != "URL") fail("cmdline: only {{{{ URL \"…\" }}}} is known");
    words += place_of(unquote(call[1]), answer.device, "/").str();
    text.remove_prefix(end + 2);
  }
  return words;
}

/// `NAME=VALUE`; a name alone for true, nothing for false; `{"url": "…"}` is a URL.
std::string word_of(const std::string& name, const Json& value, const FilePlace& answer) {
  if (value.is_boolean()) return value.get<bool>() ? name : "";
  if (value.is_string()) {
    const auto text = value.get<std::string>();
    return name + "=" + (text.find_first_of(" \t") == std::string::npos ? text : "\"" + text + "\"");
  }
  if (value.is_number()) return name + "=" + value.dump();
  if (value.is_object() && value.contains("url")) return name + "=" + file_of(value["url"], answer).str();
  fail("cmdline: {} has a value of an unknown kind", printable(name));
}

std::string cmdline_of(const Json& json, const FilePlace& answer) {
  if (json.is_string()) return expand_urls(json.get<std::string>(), answer);
  if (!json.is_object()) fail("cmdline: neither a text nor an object");
  std::vector<std::string> words;
  for (const auto& [name, value] : json.items())
    if (std::string word = word_of(name, value, answer); !word.empty()) words.push_back(std::move(word));
  return join(words);
}

bool is_one_line(const std::string& text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\0'; });
}

}  // namespace

bool is_pixiecore(std::string_view word) {
  return word.starts_with(kPrefix);
}

std::string pixiecore_url(std::string_view word) {
  return std::string(word.substr(kPrefix.size()));
}

BootSource parse_pixiecore(const std::string& answer, const FilePlace& file) {
  const Json json = Json::parse(answer, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) fail("the answer is no JSON object");
  if (!json.contains("kernel")) fail("the answer names no kernel");
  SourceEntry entry;
  entry.file = file;
  entry.kernel = file_of(json["kernel"], file);
  if (const auto initrds = json.find("initrd"); initrds != json.end() && !initrds->is_null()) {
    if (!initrds->is_array()) fail("initrd: no list");
    for (const Json& initrd : *initrds) entry.initrds.push_back(file_of(initrd, file));
  }
  if (const auto cmdline = json.find("cmdline"); cmdline != json.end() && !cmdline->is_null())
    entry.cmdline = cmdline_of(*cmdline, file);
  if (!is_one_line(entry.cmdline)) fail("cmdline: more than one line");
  entry.name = file_name_of(entry.kernel->path.substr(0, entry.kernel->path.find('?')));
  entry.title = entry.name;
  if (const auto message = json.find("message"); message != json.end() && message->is_string())
    entry.title = trim(message->get<std::string>());
  BootSource source{.format = "pixiecore", .file = file};
  source.entries.push_back(std::move(entry));
  source.default_entry = 0;
  return source;
}

BootSource read_pixiecore(const FilePlace& prefix, MachineFacts& machine, SourceReader& reader) {
  std::string reasons;
  for (const Link& link : boot_links(machine)) {
    const FilePlace file{prefix.device, clean_path(prefix.path + "/v1/boot/" + lower_case(link.mac))};
    std::string reason = "nothing for this card";
    try {
      if (const auto answer = reader.read(file, kMaxAnswer)) return parse_pixiecore(*answer, file);
    } catch (const Cancelled&) {
      throw;
    } catch (const Error& error) {
      reason = describe(error);
    }
    reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", link.mac, reason);
  }
  fail("{}: not for this machine ({})", prefix.str(), reasons.empty() ? "it has no network card" : reasons);
}

}  // namespace kboot
