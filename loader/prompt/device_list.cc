#include "loader/prompt/device_list.h"

#include <algorithm>

namespace kboot {
namespace {

constexpr std::chrono::seconds kKeep{30};

}  // namespace

bool DeviceList::has_name_beginning(std::string_view begin) {
  const std::vector<std::string> names = mounter_.device_names();
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return name.starts_with(begin); });
}

const std::vector<BlockDevice>& DeviceList::contents() {
  std::vector<std::string> names = mounter_.device_names();
  const bool is_fresh = read_ && Clock::now() - *read_ < kKeep && names == names_;
  if (is_fresh) return contents_;
  read_.reset();
  contents_ = mounter_.devices();
  names_ = std::move(names);
  read_ = Clock::now();
  return contents_;
}

}  // namespace kboot
