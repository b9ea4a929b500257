#include "config/formats/live_system.h"

#include <string_view>

#include "config/formats/places.h"

namespace kboot {
namespace {

struct LiveSystem {
  std::string_view folder;  ///< what only this kind has in its image
  std::string_view word;
};

// Each is what the kind's own initrd reads: Ubuntu's casper (iso-scan in lupin), Debian's live-boot (findiso
// in live-boot(7)), dracut's dmsquash-live (dracut.cmdline(7)), archiso (img_loop in its README.bootparams),
// Slax and Porteus (from=).
constexpr LiveSystem kLiveSystems[] = {
    {"/casper", "iso-scan/filename="},
    {"/live", "findiso="},
    {"/LiveOS", "iso-scan/filename="},
    {"/arch", "img_loop="},
    {"/porteus", "from="},
    {"/slax", "from="},
};

}  // namespace

std::string live_word(const std::string& device, SourceReader& reader) {
  const auto image = image_of(device);
  if (!image) return "";
  for (const LiveSystem& system : kLiveSystems)
    if (reader.kind({device, std::string(system.folder)}) == SourceReader::Kind::folder)
      return std::string(system.word) + image->path;
  return "";
}

}  // namespace kboot
