#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kboot::test {

/// The fields of a bzImage that kboot looks at; the defaults are those of Debian's kernel.
struct BzImage {
  std::uint16_t protocol = 0x20f;
  std::uint8_t setup_sects = 1;
  std::uint32_t payload_units = 64;  ///< of 16 bytes
  std::uint8_t loadflags = 1;
  std::uint16_t xloadflags = 0x3f;
  std::uint32_t cmdline_size = 2047;
  std::string_view version = "6.1.0-test (builder@debian) #1 SMP";

  /// A file with these fields and a payload of zeroes.
  std::string bytes() const {
    std::string image((setup_sects + 1U) * 512U + payload_units * 16U, '\0');
    const auto put = [&image](std::size_t at, std::uint64_t value, int width) {
      for (int i = 0; i < width; ++i)
        image[at + static_cast<std::size_t>(i)] = static_cast<char>(value >> (8 * i));
    };
    put(0x1f1, setup_sects, 1);
    put(0x1f4, payload_units, 4);
    put(0x1fe, 0xaa55, 2);
    image.replace(0x202, 4, "HdrS");
    put(0x206, protocol, 2);
    put(0x20e, 0x80, 2);
    put(0x211, loadflags, 1);
    put(0x236, xloadflags, 2);
    put(0x238, cmdline_size, 4);
    image.replace(0x280, version.size(), version);
    return image;
  }
};

/// A 64-bit x86 ELF file with one segment.
struct ElfImage {
  std::uint16_t type = 2;  ///< ET_EXEC
  std::uint64_t virt = 0xffffffff81000000;
  std::uint64_t phys = 0x1000000;
  std::uint32_t segment = 1;  ///< PT_LOAD

  std::string bytes() const {
    std::string image(256, '\0');
    const auto put = [&image](std::size_t at, std::uint64_t value, int width) {
      for (int i = 0; i < width; ++i)
        image[at + static_cast<std::size_t>(i)] = static_cast<char>(value >> (8 * i));
    };
    image.replace(0, 6,
                  "\x7f"
                  "ELF\x02\x01");
    put(16, type, 2);
    put(18, 62, 2);  // EM_X86_64
    put(32, 64, 8);  // program headers behind the ELF header
    put(54, 56, 2);
    put(56, 1, 2);
    put(64, segment, 4);
    put(64 + 8, 128, 8);  // offset in the file
    put(64 + 16, virt, 8);
    put(64 + 24, phys, 8);
    put(64 + 32, 128, 8);  // length in the file
    return image;
  }
};

}  // namespace kboot::test
