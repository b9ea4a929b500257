#pragma once

#include <optional>
#include <string>

#include "loader/terminal/keyboard.h"
#include "pathfs/iscsi.h"

namespace kboot {

class Session;

/// What opens what is locked, and who this machine says it is: from the files and names that a session's
/// settings give, else from the firmware, else from the person at the keyboard.
class Credentials {
 public:
  /// `root` is before the paths of this machine's own files.
  Credentials(Session& session, Keyboard& keyboard, std::string root = "")
      : session_(session), keyboard_(keyboard), root_(std::move(root)) {}

  /// The passphrase of a LUKS volume: first what is in the file that luks.key= names, then what the person
  /// types. Nothing when there is nobody to ask. Throws Cancelled.
  std::optional<SecretText> passphrase(const std::string& node, int wrong);
  /// A user for an iSCSI target: first the one in the file that iscsi.user= names, the firmware's, or
  /// nobody; then who the person says. Nothing when there is nobody to ask. Throws Cancelled.
  std::optional<IscsiUser> iscsi_user(const std::string& target, int refused);
  /// What this machine calls itself: iscsi.initiator=, /etc/iscsi/initiatorname.iscsi, what the firmware
  /// used, or a name made of the first card's address. Throws Error.
  std::string iscsi_name();

 private:
  std::optional<SecretText> secret_file(const std::string& variable);
  IscsiFirmware firmware() const;

  Session& session_;
  Keyboard& keyboard_;
  std::string root_;
};

}  // namespace kboot
