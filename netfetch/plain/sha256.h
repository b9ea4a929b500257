#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "netfetch/sha256.h"

namespace kboot {

/// FIPS 180-4, for a kboot without OpenSSL.
class PlainSha256 final : public Sha256::Digest {
 public:
  void add(std::string_view bytes) override;
  std::string hex() override;

 private:
  static constexpr std::size_t kBlock = 64;

  void put(unsigned char byte);
  void take_block();

  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, kBlock> block_{};
  std::size_t filled_ = 0;    ///< of the block
  std::uint64_t length_ = 0;  ///< bytes in all
};

}  // namespace kboot
