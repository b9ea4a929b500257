#include "base/host_name.h"

#include <array>

#include <unistd.h>

namespace kboot {

std::string host_name() {
  std::array<char, 256> name{};  // HOST_NAME_MAX is less
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace kboot
