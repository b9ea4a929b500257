// Whatever text lies in /run/kboot/entries: it is read without harm, what was understood of it is written and
// read again as the same, and each entry is one of its place.

#include <cstdint>
#include <string>

#include "loader/entries/published.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kboot;  // NOLINT(google-build-using-namespace)
  const auto published = parse_published({reinterpret_cast<const char*>(data), size});
  if (!published) return 0;
  for (const PublishedPlace& place : published->places) {
    for (const ListedEntry& entry : place.list.entries) {
      require(entry.id == place.name + "#" + entry.name, "an id is PLACE#NAME");
      const bool starts = entry.entry.kind == SourceEntry::Kind::linux ||
                          entry.entry.kind == SourceEntry::Kind::uki ||
                          entry.entry.kind == SourceEntry::Kind::multiboot;
      require(!starts || entry.entry.kernel, "what can be booted has a kernel");
    }
  }
  const std::string text = published_json(*published);
  const auto again = parse_published(text);
  require(again && published_json(*again) == text, "a text that is written is read as the same");
  return 0;
}
