// Whatever datagrams come, a file that is said to be whole has as many bytes as came and as were announced.

#include <chrono>
#include <cstdint>
#include <string_view>

#include "netfetch/tftp/reader.h"
#include "netfetch/transfer.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using kboot::TftpReader;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::uint64_t consumed = 0;
  TftpReader reader("vmlinuz", [&](std::string_view bytes) { consumed += bytes.size(); });
  TftpReader::Clock::time_point now{};
  // A record: milliseconds that pass, the length of a datagram, the datagram.
  try {
    while (rest.size() >= 2) {
      now += std::chrono::milliseconds(static_cast<unsigned char>(rest[0]) * 10);
      const std::string_view datagram = rest.substr(2, static_cast<unsigned char>(rest[1]));
      rest.remove_prefix(2 + datagram.size());
      require(reader.wake(now).size() <= 512 && reader.take(datagram, now).size() <= 512);
      require(reader.wake_at() >= now || reader.done());
    }
  } catch (const kboot::TransferError&) {
    return 0;
  }
  require(consumed == reader.received());
  require(!reader.done() || !reader.size() || *reader.size() == consumed);
  return 0;
}
