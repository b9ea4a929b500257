#include "config/formats/source_reader.h"

#include <utility>

#include "base/error.h"
#include "base/text.h"

namespace kboot {

std::string FilePlace::str() const {
  // A folder or an image on a device (`sda1:/x.iso:`) and a server (`http://server`) hold a path already.
  const bool tree = device.empty() || device.front() == '/' || device.find(":/") != std::string::npos;
  return device + (tree ? "" : ":") + path;
}

std::optional<std::string> SourceReader::read_part(const FilePlace& place, std::size_t offset,
                                                   std::size_t length) {
  auto whole = read(place, std::size_t{1} << 30);
  if (!whole) return std::nullopt;
  return offset >= whole->size() ? std::string() : whole->substr(offset, length);
}

std::string read_source(const FilePlace& file, SourceReader& reader, std::size_t limit) {
  std::optional<std::string> text = reader.read(file, limit);
  if (!text) fail("{}: no such file", printable(file.str()));
  return std::move(*text);
}

}  // namespace kboot
