// Whatever a DHCP server puts into a lease, `net` shows nothing of it that a terminal would obey, and the
// next kernel gets no word of it that is another argument.

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/text.h"
#include "loader/handoff/handoff.h"
#include "loader/network/links.h"
#include "require.h"

namespace {

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\n') || c == 0x7f; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kboot;  // NOLINT(google-build-using-namespace)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Link link{
      .name = "eth0", .index = 2, .mac = "52:54:00:12:34:56", .up = true, .carrier = true, .wired = true};
  link.lease = read_lease(text);
  link.addresses = {link.lease->address};
  require(!has_control(links_text({link}, split_blanks(link.lease->dns))),
          "`net` without control characters");

  for (const std::string& word :
       hand_network("root=/dev/nfs", {link}, split_blanks(link.lease->dns)).arguments) {
    require(!has_control(word) && word.find_first_of(" \n\t\"'") == std::string::npos,
            "one argument is one word");
    require(word.starts_with("ip=") || word.starts_with("BOOTIF="), "only what was meant");
    if (word.starts_with("ip="))
      require(std::count(word.begin(), word.end(), ':') == 8, "as many fields as there are");
  }
  return 0;
}
