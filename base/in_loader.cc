#include "base/in_loader.h"

#include <unistd.h>

namespace kboot {

bool in_loader() {
  return ::access("/etc/kboot-release", F_OK) == 0;  // made by initramfs/pack
}

}  // namespace kboot
