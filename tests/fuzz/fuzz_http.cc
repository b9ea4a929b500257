// Whatever a server answers, in whatever pieces, no more comes out than was announced.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "netfetch/http_reader.h"
#include "netfetch/transfer.h"

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
  if (consumed != reader.received()) std::abort();
  if (reader.head() && reader.head()->length && consumed > *reader.head()->length) std::abort();
  return 0;
}
