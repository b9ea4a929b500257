#pragma once

#include <string>

namespace kboot::test {

/// Bytes of which each stretch looks different.
inline std::string file_of(std::size_t size) {
  std::string bytes;
  while (bytes.size() < size) bytes += std::to_string(bytes.size()) + ",";
  return bytes.substr(0, size);
}

}  // namespace kboot::test
