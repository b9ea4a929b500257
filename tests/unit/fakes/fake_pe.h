#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace kboot::test {

inline void put_number(std::string& bytes, std::size_t at, std::uint32_t value, std::size_t size = 4) {
  for (std::size_t i = 0; i < size; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i) & 0xffU);
}

/// A Portable Executable file with these sections, as ukify and objcopy make one.
inline std::string pe_file(const std::vector<std::pair<std::string, std::string>>& sections) {
  constexpr std::size_t kPe = 0x80;
  constexpr std::size_t kOptional = 240;
  constexpr std::size_t kTable = kPe + 24 + kOptional;
  constexpr std::size_t kAlign = 512;
  std::string file(4096, '\0');
  file.replace(0, 2, "MZ");
  put_number(file, 0x3c, kPe);
  file.replace(kPe, 2, "PE");
  put_number(file, kPe + 4, 0x8664, 2);
  put_number(file, kPe + 6, static_cast<std::uint32_t>(sections.size()), 2);
  put_number(file, kPe + 20, kOptional, 2);
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const auto& [name, contents] = sections[i];
    const std::size_t header = kTable + 40 * i;
    file.replace(header, name.size(), name);
    const std::size_t raw = (contents.size() + kAlign - 1) / kAlign * kAlign;
    put_number(file, header + 8, static_cast<std::uint32_t>(contents.size()));
    put_number(file, header + 16, static_cast<std::uint32_t>(raw));
    put_number(file, header + 20, static_cast<std::uint32_t>(file.size()));
    file += contents + std::string(raw - contents.size(), '\0');
  }
  return file;
}

}  // namespace kboot::test
