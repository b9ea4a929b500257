// Any bytes as the name and as the text of an entry: nothing of it ends kboot, a name comes back as it was,
// and what is counted down ends at 0.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"
#include "config/bls_entry.h"
#include "config/boot_count.h"
#include "require.h"

using namespace kboot;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view file_name = text.substr(0, text.find('\n'));

  const CountedName name = parse_counted_name(file_name);
  const CountedName next = after_start(name);
  require(name.counted || name.file_name() == file_name);
  require(!name.counted || parse_counted_name(name.file_name()) == name);
  if (name.counted) {
    require(next.count.left + 1 == name.count.left || name.used_up());
    require(parse_counted_name(next.file_name()) == next);
    require(counts_before(next, name) || next == name);
  }

  Diagnostics diagnostics;
  const BlsEntry entry = read_bls_entry(text, "x.conf", diagnostics);
  require(diagnostics.size() <= 21);
  for (const Diagnostic& diagnostic : diagnostics) require(printable(diagnostic.str()) == diagnostic.str());
  require(entry.options.find('\n') == std::string::npos && entry.options.find('\0') == std::string::npos);
  require(entry.linux.find('\0') == std::string::npos);
  return 0;
}
