#pragma once

#include "pathfs/device_contents.h"

/// By a reader of our own, which knows the file systems of the floppies' kernel only. The contract is in
/// pathfs/device_contents.h.
namespace kboot::plain {

DeviceContents read_device_contents(const UniqueFd& fd);

}  // namespace kboot::plain
