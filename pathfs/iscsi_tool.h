#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pathfs/iscsi.h"
#include "pathfs/ledger.h"

namespace kboot {

/// The real one: iscsistart of open-iscsi, a program of the initramfs that may have been left out, and sysfs.
/// The session is the kernel's and stays when the program has ended.
class IscsiTool final : public Initiator {
 public:
  /// `mounter` tells when a disk has come; all logins are in `ledger`.
  IscsiTool(Mounter& mounter, Ledger& ledger) : mounter_(mounter), ledger_(ledger) {}
  ~IscsiTool() override { release(); }
  IscsiTool(const IscsiTool&) = delete;
  IscsiTool& operator=(const IscsiTool&) = delete;

  std::string attach(const IscsiAddress& address) override;
  std::vector<IscsiSession> sessions() override;
  IscsiFirmware firmware() override;
  std::optional<IscsiUser> user_of(const std::string& target) override;
  void log_out(const std::string& target) override;
  void release() noexcept override;
  void drop_all() noexcept override;
  void set_dialogue(IscsiDialogue dialogue) override { dialogue_ = std::move(dialogue); }

 private:
  struct Login {
    std::string target;
    IscsiUser user;
  };

  void log_in(const IscsiAddress& address);
  bool try_to_log_in(const IscsiAddress& address, const std::string& initiator, const IscsiUser& user);
  std::string await_disk(const IscsiAddress& address);

  Mounter& mounter_;
  Ledger& ledger_;
  IscsiDialogue dialogue_;
  std::vector<Login> logins_;
};

// For tests.

/// The sessions in the sysfs that is at `root` (`/sys`).
std::vector<IscsiSession> read_iscsi_sessions(const std::string& root);

/// What the firmware of that sysfs left behind.
/// Names that can be none (is_iscsi_name()) are left out: they would end up on a kernel command line.
IscsiFirmware read_iscsi_firmware(const std::string& root);

/// What iscsistart's output says went wrong, in a few words.
std::string iscsi_failure(std::string_view output, const IscsiAddress& address);

}  // namespace kboot
