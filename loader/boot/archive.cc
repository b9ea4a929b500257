#include "loader/boot/archive.h"

#include <string>
#include <utility>

#include "base/memory_file.h"
#include "base/newc_archive.h"

namespace kboot {
namespace {

constexpr mode_t kFolderMode = 0700;
constexpr mode_t kFileMode = 0400;

}  // namespace

UniqueFd pack_files(const std::vector<HandoffFile>& files) {
  NewcArchive archive("handoff");
  for (const HandoffFile& file : files) {
    if (file.path.starts_with(kKeyFolder))
      archive.add_folder(std::string(kKeyFolder.substr(0, kKeyFolder.size() - 1)), kFolderMode);
    archive.add_file(file.path, file.contents.reveal(), kFileMode);
  }
  MemoryFile packed = std::move(archive).finish();
  packed.seal();
  return std::move(packed).release();
}

}  // namespace kboot
