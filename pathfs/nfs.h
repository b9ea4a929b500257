#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "pathfs/mounter.h"

namespace kboot {

/// How long a server may take to answer, name look-up and all tries included.
inline constexpr std::chrono::seconds kNfsDeadline{15};

/// Mounts folders of servers. The real one is KernelNfs; a kboot without NFS has AbsentNfs.
class NfsClient {
 public:
  NfsClient() = default;
  virtual ~NfsClient() = default;
  NfsClient(const NfsClient&) = delete;
  NfsClient& operator=(const NfsClient&) = delete;

  /// Mounts the export `host:/dir` (`[2001:db8::1]:/dir`) at `directory`, with fstab's `options`. Throws
  /// NotExported, Error, Cancelled.
  virtual void mount(const std::string& source, const std::string& directory, const std::string& options,
                     Access access) = 0;
};

/// The one that this kboot has (chosen.cc).
std::unique_ptr<NfsClient> make_nfs_client();

/// By mount(2). Without `vers=` in the options the versions 4.2, 4.1, 4.0 and 3 are tried in turn, on each
/// address of the host. No rpcbind, no mount.nfs and no lock daemon is needed here; a server that dies later
/// ends reads with an error (soft).
class KernelNfs final : public NfsClient {
 public:
  void mount(const std::string& source, const std::string& directory, const std::string& options,
             Access access) override;
};

// For tests.

/// Runs `mount`, which mounts something at `directory`, in a process of its own; what it throws is thrown
/// here. When it does not answer in time, or ^C is pressed, nothing is mounted there afterwards.
void mount_by_child(const std::function<void()>& mount, const std::string& directory, const std::string& host,
                    std::chrono::milliseconds longest);

/// What mount(2) is asked for, in this order, for one address of the server.
std::vector<std::string> nfs_option_sets(const std::string& options, const std::string& address);

}  // namespace kboot
