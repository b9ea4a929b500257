// The first bytes of a file that may be a kernel, from any disk or server.

#include <cstdlib>

#include "base/error.h"
#include "loader/image.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace kboot;
  const std::string_view head(reinterpret_cast<const char*>(data), size);
  if (describe_contents(head).empty()) std::abort();
  const auto facts = probe_image(head);
  if (!facts) return 0;
  for (const char c : facts->version) {
    if (static_cast<unsigned char>(c) < ' ') std::abort();
  }
  try {
    check_image(*facts, size, "root=/dev/sda2");
  } catch (const Error&) {
  }
  return 0;
}
