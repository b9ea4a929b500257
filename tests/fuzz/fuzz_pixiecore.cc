// Any bytes as an answer of Pixiecore's API: an entry of one line, whose files are URLs, or an error.

#include <cstdint>
#include <string>

#include "base/error.h"
#include "config/formats/places.h"
#include "loader/entries/pixiecore.h"
#include "require.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string answer(reinterpret_cast<const char*>(data), size);
  try {
    const BootSource source = parse_pixiecore(answer, {"http://api", "/v1/boot/52:54:00:00:00:01"});
    require(source.entries.size() == 1 && source.entries[0].kernel, "an answer is one kernel");
    const SourceEntry& entry = source.entries[0];
    require(entry.cmdline.find('\n') == std::string::npos, "a command line is one line");
    require(is_url(entry.kernel->device), "a kernel lies on a server");
    for (const FilePlace& initrd : entry.initrds)
      require(is_url(initrd.device), "an initrd lies on a server");
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
