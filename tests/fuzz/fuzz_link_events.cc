// Any bytes from the kernel's netlink socket are read without trusting a length in them.

#include <cstdint>

#include "loader/network/link_events.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bool others = false;
  for (const kboot::RouterNews& news :
       kboot::read_link_messages({reinterpret_cast<const char*>(data), size}, others)) {
    for (const std::string& address : news.dns) require(!address.empty());
  }
  return 0;
}
