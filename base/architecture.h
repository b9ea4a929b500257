#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace kboot {

/// The machines that this program runs on, by the names that other loaders and files have for them. One file
/// base/arch_NAME.cc gives the value; KBOOT_ARCH of CMake chooses it.
struct Architecture {
  std::string_view name;                  ///< of uname -m, GRUB's grub_cpu and iPXE's buildarch: `x86_64`
  std::span<const std::string_view> efi;  ///< EFI's names of those whose kernels it starts: `x64`
  std::span<const std::uint16_t> elf;     ///< e_machine of those: elf(5)
};

const Architecture& architecture();

/// Whether it starts a kernel that says by EFI's name, in small letters, what it is for. An empty name says
/// nothing, and is none of another machine.
bool starts_kernels_for(std::string_view efi_name);

}  // namespace kboot
