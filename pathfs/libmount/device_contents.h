#pragma once

#include "pathfs/device_contents.h"

/// By libblkid, which comes with libmount. The contract is in pathfs/device_contents.h.
namespace kboot::libmount {

DeviceContents read_device_contents(const UniqueFd& fd);

}  // namespace kboot::libmount
