// The first bytes of a file that may be a kernel, from any disk or server.

#include "base/error.h"
#include "loader/boot/image.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace kboot;
  const std::string_view head(reinterpret_cast<const char*>(data), size);
  require(!describe_contents(head).empty());
  const auto facts = probe_image(head);
  if (!facts) return 0;
  for (const char c : facts->version) require(static_cast<unsigned char>(c) >= ' ');
  try {
    check_image(*facts, size, "root=/dev/sda2");
  } catch (const Error&) {
  }
  return 0;
}
