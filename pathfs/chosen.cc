// Which of the variants this kboot has: the only file here that knows what was left out.

#include <memory>

#include "pathfs/absent/initiator.h"
#include "pathfs/absent/ledger.h"
#include "pathfs/absent/nfs.h"
#include "pathfs/absent/volumes.h"
#include "pathfs/device_contents.h"
#include "pathfs/file_ledger.h"
#include "pathfs/iscsi_tool.h"
#include "pathfs/libmount/device_contents.h"
#include "pathfs/libmount/mount_syntax.h"
#include "pathfs/mount_syntax.h"
#include "pathfs/nfs.h"
#include "pathfs/plain/device_contents.h"
#include "pathfs/plain/mount_syntax.h"
#include "pathfs/tool_volumes.h"

namespace kboot {

std::unique_ptr<Initiator> make_initiator([[maybe_unused]] Mounter& mounter,
                                          [[maybe_unused]] Ledger& ledger) {
#if KBOOT_HAS_ISCSI
  return std::make_unique<IscsiTool>(mounter, ledger);
#else
  return std::make_unique<AbsentInitiator>();
#endif
}

std::unique_ptr<Ledger> make_ledger([[maybe_unused]] const std::string& console) {
#if KBOOT_HAS_LEDGER
  return std::make_unique<FileLedger>(FileLedger::kFolder, console);
#else
  return std::make_unique<AbsentLedger>();
#endif
}

std::unique_ptr<NfsClient> make_nfs_client() {
#if KBOOT_HAS_NFS
  return std::make_unique<KernelNfs>();
#else
  return std::make_unique<AbsentNfs>();
#endif
}

std::unique_ptr<Volumes> make_volumes([[maybe_unused]] Mounter& mounter, [[maybe_unused]] Ledger& ledger) {
#if KBOOT_HAS_VOLUMES
  return std::make_unique<ToolVolumes>(mounter, ledger);
#else
  return std::make_unique<AbsentVolumes>();
#endif
}

#if KBOOT_HAS_LIBMOUNT
namespace chosen = libmount;
#else
namespace chosen = plain;
#endif

DeviceContents read_device_contents(const UniqueFd& fd) {
  return chosen::read_device_contents(fd);
}

std::optional<FstabLine> read_fstab_line(std::string_view line) {
  return chosen::read_fstab_line(line);
}

std::vector<MountInfo> read_mountinfo(const std::string& file) {
  return chosen::read_mountinfo(file);
}

std::vector<MountOption> read_options(std::string_view options) {
  return chosen::read_options(options);
}

SortedOptions sort_options(std::string_view options) {
  return chosen::sort_options(options);
}

}  // namespace kboot
