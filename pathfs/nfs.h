#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "pathfs/mounter.h"

namespace kboot {

/// How long a server may take to answer, name look-up and all tries included.
inline constexpr std::chrono::seconds kNfsDeadline{15};

/// Mounts the export `host:/dir` (`[2001:db8::1]:/dir`) at `directory`, with fstab's `options`. Without
/// `vers=` in them the versions 4.2, 4.1, 4.0 and 3 are tried in turn, on each address of the host. No
/// rpcbind, no mount.nfs and no lock daemon is needed here; a server that dies later ends reads with an error
/// (soft). Throws NotExported, Error, Cancelled.
void mount_nfs(const std::string& source, const std::string& directory, const std::string& options,
               Access access);

// For tests.

/// Runs `mount`, which mounts something at `directory`, in a process of its own; what it throws is thrown
/// here. When it does not answer in time, or ^C is pressed, nothing is mounted there afterwards.
void mount_by_child(const std::function<void()>& mount, const std::string& directory, const std::string& host,
                    std::chrono::milliseconds longest);

/// What mount(2) is asked for, in this order, for one address of the server.
std::vector<std::string> nfs_option_sets(const std::string& options, const std::string& address);

}  // namespace kboot
