#include "loader/entries/device_scan.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "loader/entries/boot_places.h"
#include "loader/entries/list_json.h"
#include "loader/entries/resolver_reader.h"
#include "pathfs/blkid_devices.h"
#include "pathfs/location.h"

namespace kboot {
namespace {

using Json = nlohmann::ordered_json;
using State = PublishedPlace::State;

constexpr std::size_t kMaxOsRelease = std::size_t{64} << 10;

/// os-release(5): the first of the two files that is there.
std::string system_name(const std::string& device, SourceReader& reader) {
  for (const char* path : {"/etc/os-release", "/usr/lib/os-release"}) {
    const auto text = reader.read({device, path}, kMaxOsRelease);
    if (!text) continue;
    constexpr std::string_view kName = "PRETTY_NAME=";
    for (const std::string_view line : lines_of(*text))
      if (line.starts_with(kName)) return unquote(trim(line.substr(kName.size())));
    break;
  }
  return "";
}

struct Text {
  const char* name;
  std::string BlockDevice::*value;
};
constexpr Text kTexts[] = {{"node", &BlockDevice::node},         {"type", &BlockDevice::type},
                           {"label", &BlockDevice::label},       {"uuid", &BlockDevice::uuid},
                           {"partuuid", &BlockDevice::partuuid}, {"partlabel", &BlockDevice::partlabel}};

}  // namespace

PublishedPlace scan_device(const std::string& name, Resolver& resolver) {
  PublishedPlace place{.name = name};
  try {
    // Nothing is waited for, activated or asked of a server.
    const Resolver::Glance glance(resolver, [](const std::string&) { return false; });
    place.list = list_place({BootPlace::Kind::device, name, {name, ""}}, resolver);
    LinuxMachineFacts machine;
    ResolverReader reader(resolver, machine);
    place.has_fstab = reader.kind({name, "/etc/fstab"}) == SourceReader::Kind::file;
    place.system = system_name(name, reader);
    place.state = State::done;
  } catch (const Error& error) {
    place.state = State::failed;
    place.why = describe(error);
    place.list = {};
  }
  return place;
}

std::optional<PublishedPlace> scan_firmware(MachineFacts& machine) {
  PublishedPlace place{.name = kFirmwarePlace};
  try {
    const auto options = with_noun(kFirmwarePlace, [&] { return machine.boot_options(); });
    if (!options) return std::nullopt;
    place.list = list_boot_options(*options);
    place.state = State::done;
  } catch (const Error& error) {
    place.state = State::failed;
    place.why = describe(error);
  }
  return place;
}

std::string probed_json(const ProbedDevice& probed) {
  Json json;
  for (const Text& text : kTexts) json[text.name] = probed.device.*text.value;
  json["partitioned"] = probed.device.partitioned;
  json["removable"] = probed.removable;
  json["parents"] = probed.device.parents;
  return json_line(json);
}

std::optional<ProbedDevice> parse_probed(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  ProbedDevice probed;
  for (const Text& one : kTexts) probed.device.*one.value = json_text(json, one.name);
  if (probed.device.node.empty()) return std::nullopt;
  probed.device.partitioned = json_flag(json, "partitioned");
  probed.removable = json_flag(json, "removable");
  if (const auto parents = json.find("parents"); parents != json.end() && parents->is_array())
    for (const Json& one : *parents)
      if (one.is_string()) probed.device.parents.push_back(one.get<std::string>());
  return probed;
}

std::optional<std::string> KnownDevicesMounter::find_device(std::string_view device) {
  if (!is_tag(device)) return real_.find_device(device);
  const auto found = std::find_if(known_.begin(), known_.end(),
                                  [&](const BlockDevice& one) { return has_tag(one, device); });
  return found == known_.end() ? std::nullopt : std::optional(found->node);
}

std::string KnownDevicesMounter::mount_alone(const MountRequest& request) {
  fail("mount {}: nothing is mounted writable here", request.source);
}

}  // namespace kboot
