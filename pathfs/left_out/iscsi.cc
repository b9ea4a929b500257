#include "pathfs/iscsi.h"

#include "base/error.h"

namespace kboot {

IscsiUser parse_iscsi_user(std::string_view /*text*/) {
  return {};
}

std::vector<IscsiSession> read_iscsi_sessions(const std::string& /*root*/) {
  return {};
}

IscsiFirmware read_iscsi_firmware(const std::string& /*root*/) {
  return {};
}

std::string IscsiTool::attach(const IscsiAddress& /*address*/) {
  fail("iSCSI: left out of this kboot");
}

std::vector<IscsiSession> IscsiTool::sessions() {
  return {};
}

std::optional<IscsiUser> IscsiTool::user_of(const std::string& /*target*/) {
  return {};
}

void IscsiTool::log_out(const std::string& /*target*/) {}

void IscsiTool::release() noexcept {}

void IscsiTool::drop_all() noexcept {}

}  // namespace kboot
