// What programs and files say of volumes and iSCSI targets: a name that is taken out of it is safe in a
// command.

#include <cstdint>
#include <string>

#include "base/error.h"
#include "base/text.h"
#include "pathfs/iscsi_tool.h"
#include "pathfs/tool_volumes.h"
#include "require.h"

namespace {

using namespace kboot;  // NOLINT(google-build-using-namespace)

void check_name(const std::string& name) {
  require(!name.empty() && name.front() != '-');
  require(printable(name) == name && name.find_first_of(" '\"/\\") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const std::string& group : group_names(text)) check_name(group);
  try {
    const IscsiAddress address = parse_iscsi_address(text);
    check_name(address.server);
    check_name(address.target);
    require(address.port > 0 && address.port < 65536 && address.lun < 16384);
  } catch (const Error&) {
  }
  try {
    const IscsiUser user = parse_iscsi_user(text);
    require(!user.name.empty() && user.secret.find('\n') == std::string::npos);
  } catch (const Error&) {
  }
  const std::string why = iscsi_failure(text, {"server", 3260, 0, "iqn.x"});
  require(!why.empty() && printable(why) == why);
  return 0;
}
