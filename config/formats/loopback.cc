#include "config/formats/loopback.h"

#include <array>

#include "config/formats/grub.h"
#include "config/formats/places.h"

namespace kboot {

std::optional<BootSource> read_loopback(const FilePlace& image, SourceReader& reader) {
  constexpr std::array<const char*, 2> kFiles = {"/boot/grub/loopback.cfg", "/boot/grub2/loopback.cfg"};
  for (const char* name : kFiles) {
    const FilePlace file{device_in(image), name};
    if (reader.kind(file) != SourceReader::Kind::file) continue;
    BootSource source = read_grub(file, reader, {{"iso_path", image.path}, {"isofile", image.path}});
    source.format = "loopback";
    return source;
  }
  return {};
}

}  // namespace kboot
