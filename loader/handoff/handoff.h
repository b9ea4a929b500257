#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/kernel_log.h"
#include "loader/boot/handoff_file.h"
#include "loader/network/links.h"
#include "pathfs/iscsi.h"
#include "pathfs/volumes.h"

namespace kboot {

/// The keys of LUKS volumes as files that systemd-cryptsetup(8) looks for by itself and that a crypttab(5)
/// may name: /etc/cryptsetup-keys.d/luks-UUID.key, and NAME.key for a volume that was opened under another
/// name. (Not below /run: an initramfs mounts a tmpfs over it.)
Handoff hand_keys(const std::vector<LuksKey>& keys);

/// The lease of the link that kboot's route goes by, for a kernel or initramfs that mounts its root from a
/// server: `ip=` as in the kernel's Documentation/admin-guide/nfs/nfsroot.rst and `BOOTIF=`, which names the
/// card whatever it is called there. Nothing when `cmdline` has no network root (`root=/dev/nfs`, `nfsroot=`,
/// `netroot=`, `root=nfs…`), has an `ip=` already, or there is no IPv4 address.
Handoff hand_network(std::string_view cmdline, const std::vector<Link>& links,
                     const std::vector<std::string>& nameservers);

/// How to log in to the iSCSI targets that disks of theirs are here: words for Debian's open-iscsi
/// (`iscsi_target_name=` …) and for dracut (`netroot=iscsi:` …, dracut.cmdline(7)), of one target, for
/// neither knows more. A user and his secret go into a file that Debian's reads, /etc/iscsi.initramfs, never
/// into a word. Nothing when `cmdline` says something of iSCSI already.
Handoff hand_iscsi(std::string_view cmdline, Initiator& initiator);

/// The log of this boot so far, as /kboot.log.
Handoff hand_log(const std::vector<KernelRecord>& records);

}  // namespace kboot
