// Any bytes are one path, a reason why not, and never a way out of the tree. First byte: the current
// directory.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "base/error.h"
#include "pathfs/location.h"
#include "require.h"

namespace {

using namespace kboot;  // NOLINT(google-build-using-namespace)

bool is_device(std::string_view name) {
  require(!name.empty() && name.front() != '/' && name.find("//") == std::string_view::npos);
  for (const std::string& component : path_components(name)) require(component != "..");
  constexpr std::array<std::string_view, 4> kDevices = {"sda6", "vg/lv", "a", "x:y"};
  return std::find(kDevices.begin(), kDevices.end(), name) != kDevices.end();
}

void require_clean(const std::string& path) {
  require(path.starts_with('/'));
  std::string rebuilt;
  for (const std::string& component : path_components(path)) rebuilt += "/" + component;
  require(path == (rebuilt.empty() ? "/" : rebuilt));
}

void check(const Location& location, const Location& cwd) {
  if (const auto* url = std::get_if<Url>(&location)) {
    require(url->file_name().find('/') == std::string::npos);
    require(!url->redacted().empty());
    return;
  }
  std::visit(
      [](const auto& at) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(at)>, Url>) require_clean(at.path);
      },
      location);
  // What is shown can be typed again. Only files in the booted system's own /dev cannot: /dev/x:… is a
  // device.
  const std::string shown = to_string(location);
  if (std::holds_alternative<BootedPath>(location) && shown.starts_with("/dev/")) return;
  require(parse_location(shown, cwd, is_device) == location);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::array<Location, 5> kDirectories = {KbootPath{"/"}, BootedPath{"/boot"},
                                                       DevicePath{"sda6", "/d"}, NfsPath{"server", "/export"},
                                                       IscsiPath{"server::::iqn.x", "/d"}};
  if (size == 0) return 0;
  const Location& cwd = kDirectories[data[0] % kDirectories.size()];
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);

  if (const auto device = parse_device(text, is_device)) require(!device->device.empty());
  std::optional<Location> location;
  try {
    location = parse_location(text, cwd, is_device);
  } catch (const Error& error) {
    require(!describe(error).empty());
    return 0;
  }
  check(*location, cwd);
  return 0;
}
