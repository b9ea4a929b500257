#include "loader/entries/appearing.h"

#include <algorithm>
#include <vector>

#include "base/directory.h"
#include "base/file.h"

namespace kboot {
namespace {

/// A hub has its devices reported within this time, as a rule.
constexpr std::chrono::milliseconds kEnumeration{2'000};
/// A disk that takes longer to spin up is looked at when it comes.
constexpr std::chrono::milliseconds kLongest{10'000};

/// The interface's SCSI devices lie in `host6/target6:0:0/6:0:0:0`, each with `block` once its disk is there.
bool has_disk(const std::string& folder, int depth) {
  const std::vector<std::string> names = directory_names(folder);
  if (std::find(names.begin(), names.end(), "block") != names.end()) return true;
  constexpr std::string_view kSteps[] = {"host", "target", ""};
  if (depth == 0) return false;
  const std::string_view step = kSteps[std::size(kSteps) - static_cast<std::size_t>(depth)];
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    const bool fits = step.empty() ? name.find(':') != std::string::npos : name.starts_with(step);
    return fits && has_disk(folder + "/" + name, depth - 1);
  });
}

}  // namespace

bool is_disk_appearing(const std::string& sys, std::chrono::milliseconds running) {
  if (running >= kLongest) return false;
  const std::string folder = sys + "/bus/usb/devices";
  const std::vector<std::string> names = directory_names(folder);
  if (running < kEnumeration && !names.empty()) return true;
  constexpr int kDepth = 3;
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    const std::string device = folder + "/" + name;
    constexpr const char* kMassStorage = "08";  // USB-IF, defined class codes
    return read_small_file(device + "/bInterfaceClass") == kMassStorage && !has_disk(device, kDepth);
  });
}

}  // namespace kboot
