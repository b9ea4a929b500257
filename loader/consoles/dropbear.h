#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

namespace kboot {

/// What the ssh server is given. The real one is Dropbear; tests have one in memory. All throw Error.
class SshServer {
 public:
  virtual ~SshServer() = default;
  /// Whether clients are being answered, or soon will be.
  virtual bool runs() = 0;
  /// The public keys that may log in, as authorized_keys(5) has them; nothing: none.
  virtual void set_keys(const std::optional<std::string>& text) = 0;
  /// The hash of the password of both users; nothing: there is none. A server that runs takes it over.
  virtual void set_password(const std::optional<std::string>& hash) = 0;
  /// A private host key, under sshd's name for it.
  virtual void set_host_key(const std::string& name, const std::string& key) = 0;
  /// All that there is for the start has been given.
  virtual void let_start() = 0;
};

/// Where lib/kboot/ssh has dropbear leave the number of the process that waits for clients.
inline constexpr const char* kSshListenerFile = "/run/kboot/ssh/pid";

/// That process, when it lives; the sessions have others.
std::optional<pid_t> ssh_listener(const std::string& file = kSshListenerFile);

/// lib/kboot/ssh, which runs dropbear(8) as soon as somebody can log in; files in memory, for root alone.
class Dropbear final : public SshServer {
 public:
  bool runs() override;
  void set_keys(const std::optional<std::string>& text) override;
  void set_password(const std::optional<std::string>& hash) override;
  void set_host_key(const std::string& name, const std::string& key) override;
  void let_start() override;
};

}  // namespace kboot
