#include "loader/entries/published.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/inotify.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/in_loader.h"
#include "base/log.h"
#include "base/publish.h"
#include "loader/entries/list_json.h"

namespace kboot {
namespace {

using Json = nlohmann::ordered_json;
using State = PublishedPlace::State;

/// Some hundred thousand entries.
constexpr std::size_t kMaxFile = std::size_t{64} << 20;

struct StateName {
  State state;
  std::string_view name;
};
constexpr std::array<StateName, 4> kStates = {{{State::looking, "looking"},
                                               {State::done, "done"},
                                               {State::failed, "failed"},
                                               {State::locked, "locked"}}};

State parse_state(const std::string& name) {
  for (const StateName& one : kStates)
    if (one.name == name) return one.state;
  return State::failed;
}

Json place_json(const PublishedPlace& place) {
  Json json;
  json["name"] = place.name;
  json["state"] = state_name(place.state);
  json["why"] = place.why;
  json["type"] = place.type;
  json["label"] = place.label;
  json["uuid"] = place.uuid;
  json["removable"] = place.removable;
  json["own"] = place.own;
  json["fstab"] = place.has_fstab;
  json["system"] = place.system;
  json.update(list_json(place.list));
  return json;
}

PublishedPlace parse_place(const Json& json) {
  PublishedPlace place;
  place.name = json_text(json, "name");
  place.state = parse_state(json_text(json, "state"));
  place.why = json_text(json, "why");
  place.type = json_text(json, "type");
  place.label = json_text(json, "label");
  place.uuid = json_text(json, "uuid");
  place.removable = json_flag(json, "removable");
  place.own = json_flag(json, "own");
  place.has_fstab = json_flag(json, "fstab");
  place.system = json_text(json, "system");
  place.list = parse_list(json, place.name);
  return place;
}

}  // namespace

std::string_view state_name(State state) {
  for (const StateName& one : kStates)
    if (one.state == state) return one.name;
  return "failed";
}

EntryList PublishedEntries::list() const {
  EntryList all;
  for (const PublishedPlace& place : places) append(all, place.list);
  return all;
}

const PublishedPlace* PublishedEntries::find(std::string_view name) const {
  const auto found =
      std::find_if(places.begin(), places.end(), [&](const PublishedPlace& one) { return one.name == name; });
  return found == places.end() ? nullptr : &*found;
}

std::string published_json(const PublishedEntries& published) {
  Json json;
  json["looking"] = published.looking;
  json["places"] = Json::array();
  for (const PublishedPlace& place : published.places) json["places"].push_back(place_json(place));
  return json_line(json);
}

std::optional<PublishedEntries> parse_published(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  const auto places = json.find("places");
  if (!json.is_object() || places == json.end() || !places->is_array()) return std::nullopt;
  PublishedEntries published;
  published.looking = json_flag(json, "looking");
  for (const Json& one : *places) {
    PublishedPlace place = parse_place(one);
    if (!place.name.empty()) published.places.push_back(std::move(place));
  }
  return published;
}

Published Published::of_this_machine() {
  return Published(in_loader() ? "/run/kboot" : "/nonexistent");
}

void Published::write(const PublishedEntries& published) const {
  publish_file(path_, published_json(published), Publish::again);
}

std::optional<PublishedEntries> Published::read() const {
  try {
    const auto text = read_file_if_there(path_, kMaxFile);
    return text ? parse_published(*text) : std::nullopt;
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    log_warning("{}: {}", path_, describe(error));
    return std::nullopt;
  }
}

void Published::look_again() const {
  publish_file(folder_ + "/" + kLookAgainFile, "", Publish::again);
}

PublishedWatch::PublishedWatch(const std::string& folder, std::string file)
    : inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)), file_(std::move(file)) {
  // The text is renamed into its place.
  if (inotify_ && ::inotify_add_watch(inotify_.get(), folder.c_str(), IN_MOVED_TO) < 0) inotify_.reset();
}

bool PublishedWatch::changed() {
  bool any = false;
  alignas(inotify_event) std::array<char, 4096> buffer{};
  while (inotify_) {
    const ssize_t length = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) break;
    for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(length);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* name = buffer.data() + at + sizeof event;
      const bool lost = (event.mask & IN_Q_OVERFLOW) != 0;
      any = any || lost || file_ == std::string_view(name, ::strnlen(name, event.len));
      at += sizeof event + event.len;
    }
  }
  return any;
}

}  // namespace kboot
