// Any bytes as an iPXE script, which may chain to itself: running it ends, and asks for nothing outside its
// server.

#include <cstdint>
#include <string>

#include "config/formats/ipxe.h"
#include "require.h"
#include "tests/unit/fakes/fake_source_reader.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  FakeSourceReader reader;
  for (const char* name : {"http://srv/x.ipxe", "http://srv/a", "http://srv/b.ipxe"})
    reader.files[name] = text;
  const BootSource source = read_ipxe({"http://srv", "/x.ipxe"}, reader);
  require(!source.default_entry || *source.default_entry < source.entries.size());
  for (const SourceEntry& entry : source.entries) require(entry.kernel.has_value());
  for (const std::string& name : reader.asked)
    require(name.find("://") != std::string::npos, "a server alone");
  return 0;
}
