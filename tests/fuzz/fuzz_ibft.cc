// Whatever the firmware's iSCSI table says, no word of it becomes another argument of a program or of the
// next kernel. The input is the attributes' files, one a line.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "loader/handoff/handoff.h"
#include "pathfs/iscsi_tool.h"
#include "require.h"

namespace {

using namespace kboot;  // NOLINT(google-build-using-namespace)

/// The sysfs of a machine whose firmware has one target.
class Sysfs {
 public:
  Sysfs() {
    std::string name =
        (std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp") + std::string("/ibft.XXXXXX");
    require(::mkdtemp(name.data()) != nullptr, "a folder");
    root_ = name;
    for (const char* folder : {"initiator", "target0"})
      std::filesystem::create_directories(root_ + "/firmware/ibft/" + folder);
  }
  ~Sysfs() { std::filesystem::remove_all(root_); }
  Sysfs(const Sysfs&) = delete;
  Sysfs& operator=(const Sysfs&) = delete;

  void write(std::string_view attributes) const {
    for (const char* name : {"initiator/initiator-name", "target0/ip-addr", "target0/target-name",
                             "target0/port", "target0/lun", "target0/chap-name", "target0/chap-secret"}) {
      const std::string_view line = attributes.substr(0, attributes.find('\n'));
      attributes.remove_prefix(std::min(attributes.size(), line.size() + 1));
      std::ofstream(root_ + "/firmware/ibft/" + name, std::ios::binary) << line;
    }
  }
  const std::string& path() const { return root_; }

 private:
  std::string root_;
};

/// Logged in as the kernel is after the firmware: by the table's words.
struct FirmwareLogin final : Initiator {
  std::string attach(const IscsiAddress&) override { return {}; }
  std::vector<IscsiSession> sessions() override { return {session}; }
  IscsiFirmware firmware() override { return {}; }
  std::optional<IscsiUser> user_of(const std::string&) override { return user; }
  void log_out(const std::string&) override {}
  void release() noexcept override {}
  void drop_all() noexcept override {}
  void set_dialogue(IscsiDialogue /*dialogue*/) override {}
  IscsiSession session;
  IscsiUser user;
};

void check_argument(const std::string& word) {
  for (const char c : word)
    require(static_cast<unsigned char>(c) > ' ' && c != 0x7f && c != '"' && c != '\'',
            "one argument is one word");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Sysfs sysfs;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  sysfs.write(text);
  const IscsiFirmware firmware = read_iscsi_firmware(sysfs.path());
  require(firmware.initiator.empty() || is_iscsi_name(firmware.initiator), "an initiator's name");
  check_argument(firmware.initiator);
  for (const IscsiFirmware::Target& target : firmware.targets) {
    require(is_iscsi_name(target.address.target) && is_iscsi_server(target.address.server),
            "a target's name");
    check_argument(target.address.target);
  }

  const std::vector<std::string_view> lines = lines_of(text);
  const auto line = [&](std::size_t i) { return i < lines.size() ? std::string(lines[i]) : std::string(); };
  FirmwareLogin login;
  login.session = {
      .target = line(2), .server = line(1), .port = 3260, .initiator = line(0), .disks = {{0, "/dev/sda"}}};
  login.user = {line(5), line(6)};  // NOLINT(readability-magic-numbers): the order of the attributes
  for (const std::string& word : hand_iscsi("quiet", login).arguments) check_argument(word);
  return 0;
}
