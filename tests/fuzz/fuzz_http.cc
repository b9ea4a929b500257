// Whatever a server answers, in whatever pieces, no more comes out than was announced.

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "netfetch/plain/http_reader.h"
#include "netfetch/transfer.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::uint64_t consumed = 0;
  kboot::HttpReader reader([&](std::string_view bytes) { consumed += bytes.size(); });
  const std::size_t piece = rest.empty() ? 1 : 1 + static_cast<unsigned char>(rest[0]);
  rest.remove_prefix(rest.empty() ? 0 : 1);
  try {
    for (; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size())))
      reader.take(rest.substr(0, piece));
  } catch (const kboot::TransferError&) {
    return 0;
  }
  require(consumed == reader.received());
  require(!reader.head() || !reader.head()->length || consumed <= *reader.head()->length);
  return 0;
}
