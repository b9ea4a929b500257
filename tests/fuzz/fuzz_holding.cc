// Any bytes are a record of names that are safe in a command, and its text is the same record again.

#include <cstdint>
#include <string>

#include "pathfs/holding.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kboot;  // NOLINT(google-build-using-namespace)
  const HoldingRecord record = parse_holding_record({reinterpret_cast<const char*>(data), size});
  require(record.holdings.size() <= kMaxHoldings, "an end");
  std::size_t bytes = record.console.size();
  for (const Holding& holding : record.holdings) {
    require(!holding.name.empty() && holding.name.size() <= kMaxHoldingName, "a name");
    require(holding.kind == Holding::Kind::chroot || holding.name.front() != '-', "no option");
    require(holding.kind == Holding::Kind::mount || holding.name.find('/') == std::string::npos, "no path");
    bytes += holding.name.size();
  }
  // The text takes four characters for one at most; what is longer than a record may be is cut.
  const std::string text = holding_record_text(record);
  if (text.size() <= kMaxHoldingRecord) require(parse_holding_record(text) == record, "the same again");
  require(text.size() <= 4 * bytes + 16 * (record.holdings.size() + 1), "a text no longer than that");
  return 0;
}
